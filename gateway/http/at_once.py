"""Coroutines that mostly have nothing to wait for, and the few that have."""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine, Generator
from types import CoroutineType
from typing import Any, Generic, TypeVar

__all__ = ["Begun", "begin"]

T = TypeVar("T")


class Begun(Generic[T]):
    """A coroutine that was begun and waits: to be awaited once, and goes on from there."""

    __slots__ = ("_coroutine", "_waits_for")

    def __init__(self, coroutine: Coroutine[Any, Any, T], waits_for: Any) -> None:
        self._coroutine = coroutine
        self._waits_for = waits_for

    def __await__(self) -> Generator[Any, Any, T]:
        waits_for = self._waits_for
        try:
            while True:
                try:
                    sent = yield waits_for
                except BaseException as thrown:  # noqa: BLE001 - cancellation above all: it is the coroutine's to take
                    waits_for = self._coroutine.throw(thrown)
                else:
                    waits_for = self._coroutine.send(sent)
        except StopIteration as ended:
            value: T = ended.value
            return value


def begin(work: Awaitable[T]) -> tuple[bool, T | Awaitable[T]]:
    """Begin a coroutine; return whether it ended at once, and its value or what is left to await.

    So what is usually there at once needs no timer, which costs more than the wait it guards.
    """
    if type(work) is not CoroutineType:
        return False, work
    try:
        waits_for = work.send(None)
    except StopIteration as ended:
        return True, ended.value
    return False, Begun(work, waits_for)
