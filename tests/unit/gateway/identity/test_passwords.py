"""Passwords: argon2id with the parameters of the settings, the same work whether there is an account or not."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import TooBusy
from gateway.identity.passwords import ArgonPasswords
from gateway.settings import PasswordSettings

SMALL = PasswordSettings(memory_kib=8, passes=1, lanes=1, threads=2, queue=64)


class Counted:
    """A hasher that writes down what it was asked to check."""

    def __init__(self, hasher: PasswordHasher) -> None:
        self.hasher = hasher
        self.checked: list[str] = []

    def verify(self, hash_: str, password: bytes) -> bool:
        self.checked.append(hash_)
        return self.hasher.verify(hash_, password)


@pytest.fixture(scope="module")
def passwords() -> Iterator[ArgonPasswords]:
    made = ArgonPasswords(SMALL)
    yield made
    made.close()


def counted(monkeypatch: pytest.MonkeyPatch, passwords: ArgonPasswords) -> Counted:
    hasher = Counted(passwords._hasher)
    monkeypatch.setattr(passwords, "_hasher", hasher)
    return hasher


async def test_a_password_matches_its_hash_alone(passwords: ArgonPasswords) -> None:
    hash_ = await passwords.hashed("Зелёный-чайник-7")
    assert "чайник" not in hash_
    assert await passwords.matches("Зелёный-чайник-7", hash_)
    assert not await passwords.matches("зелёный-чайник-7", hash_)
    assert not await passwords.matches("", hash_)


async def test_two_hashes_of_one_password_differ(passwords: ArgonPasswords) -> None:
    assert await passwords.hashed("same") != await passwords.hashed("same")


async def test_hashes_have_the_parameters_of_the_settings(passwords: ArgonPasswords) -> None:
    made = extract_parameters(await passwords.hashed("password"))
    assert (made.type, made.memory_cost, made.time_cost, made.parallelism) == (Type.ID, 8, 1, 1)
    assert (made.salt_len, made.hash_len) == (16, 32)


def test_the_defaults_are_those_of_the_rfc_with_less_memory() -> None:
    usual = PasswordSettings()
    assert (usual.passes, usual.lanes) == (3, 1)
    assert usual.memory_kib >= 19 * 1024


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux knows a niceness of a thread")
async def test_hashing_stands_back_behind_the_event_loop() -> None:
    made = ArgonPasswords(SMALL)
    niceness = await made.workers.run(lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
    made.close()
    assert niceness == min(19, os.getpriority(os.PRIO_PROCESS, 0) + PasswordSettings().nice)


async def test_without_a_hash_the_same_work_is_done_and_nothing_matches(
    passwords: ArgonPasswords, monkeypatch: pytest.MonkeyPatch
) -> None:
    hasher = counted(monkeypatch, passwords)
    assert not await passwords.matches("password", None)
    assert hasher.checked == [passwords._decoy]
    parameters = extract_parameters(passwords._decoy)
    assert parameters == extract_parameters(await ArgonPasswords(SMALL).hashed("password"))


async def test_the_decoys_own_password_would_not_match_either(
    passwords: ArgonPasswords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_decoy", await passwords.hashed("known"))
    assert not await passwords.matches("known", None)


async def test_an_unreadable_hash_matches_nothing_and_is_outdated(passwords: ArgonPasswords) -> None:
    for hash_ in ("", "not a hash", "$argon2id$v=19$m=8,t=1,p=1$AAAA$", "$2b$12$abcdefghijklmnopqrstuv"):
        assert not await passwords.matches("password", hash_)
        assert passwords.is_outdated(hash_)


@pytest.mark.parametrize("changed", [{"memory_kib": 16}, {"passes": 2}, {"lanes": 2, "memory_kib": 16}], ids=str)
async def test_hashes_of_other_parameters_match_and_are_outdated(
    passwords: ArgonPasswords, changed: dict[str, Any]
) -> None:
    fields = {"memory_kib": 8, "passes": 1, "lanes": 1, **changed}
    old = await ArgonPasswords(PasswordSettings(**fields)).hashed("password")
    assert await passwords.matches("password", old)
    assert passwords.is_outdated(old)
    assert not passwords.is_outdated(await passwords.hashed("password"))


async def test_more_than_wait_are_refused() -> None:
    slow = ArgonPasswords(PasswordSettings(memory_kib=64 * 1024, passes=4, threads=1, queue=0))
    first = asyncio.create_task(slow.hashed("a"))
    await asyncio.sleep(0)
    with pytest.raises(TooBusy):
        await slow.matches("b", None)
    assert await first


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=50))
def test_any_text_is_a_password(text: str) -> None:
    async def round_trip() -> bool:
        made = ArgonPasswords(SMALL)
        try:
            return await made.matches(text, await made.hashed(text))
        finally:
            made.close()

    assert asyncio.run(round_trip())
