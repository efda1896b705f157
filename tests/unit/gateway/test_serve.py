"""``serve``: what the garbage collector is spared, and when."""

from __future__ import annotations

import gc
import weakref
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from gateway.clock import SystemClock
from gateway.commands import serve
from gateway.settings import Server
from tests.unit.gateway.world import settings


class Thing:
    """Something that the collector keeps an eye on, and a cycle if it holds itself."""

    shelf = None

    def __init__(self) -> None:
        self.itself: Thing | None = None


@dataclass(slots=True)
class Seen:
    """What there was while the server ran."""

    app: Any = field(default_factory=Thing)
    litter: weakref.ref[Thing] | None = None
    is_app_watched: bool = True
    is_litter_left: bool = True
    is_later_watched: bool = False


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Seen]:
    """Everything that ``serve`` starts, put by; the collector is given back what was hidden."""
    seen = Seen()
    chosen = settings(tmp_path / "jwks.json", server=Server(public_url="http://gateway.test", port=0))

    def create_app(*_: object, **__: object) -> Any:
        litter = Thing()
        litter.itself = litter
        seen.litter = weakref.ref(litter)
        return seen.app

    class Served:
        started = True

        def __init__(self, _config: object) -> None:
            pass

        def run(self, **_: object) -> None:
            later = Thing()
            watched = {id(each) for each in gc.get_objects()}
            seen.is_app_watched = id(seen.app) in watched
            seen.is_later_watched = id(later) in watched
            seen.is_litter_left = seen.litter is None or seen.litter() is not None

    monkeypatch.setattr("gateway.commands.starting.started", lambda _: (chosen, SystemClock()))
    monkeypatch.setattr("gateway.observability.logs.configure", lambda _: None)
    monkeypatch.setattr(serve, "create_app", create_app)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setattr(uvicorn, "Config", lambda *_, **__: None)
    monkeypatch.setattr(uvicorn, "Server", Served)
    thresholds = gc.get_threshold()
    yield seen
    gc.set_threshold(*thresholds)
    gc.unfreeze()


def test_what_is_there_before_the_first_request_is_hidden_from_the_collector(seen: Seen) -> None:
    assert serve.run(Namespace()) == 0
    assert not seen.is_app_watched
    # What requests make is collected as ever.
    assert seen.is_later_watched


def test_litter_of_the_start_is_swept_up_and_not_kept_for_ever(seen: Seen) -> None:
    serve.run(Namespace())
    assert not seen.is_litter_left
