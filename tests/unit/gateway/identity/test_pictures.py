"""Picture codes: an image, the same digits spoken, one try each."""

from __future__ import annotations

import asyncio
import io
import signal
import tempfile
import threading
import wave
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from dev import valkey
from domain.errors import TooBusy
from domain.money import Locale
from gateway.clock import SystemClock
from gateway.identity.drawing import Drawing
from gateway.identity.pictures import SharedPictures
from gateway.settings import PictureSettings
from gateway.settings.sources import RedisSettings
from gateway.sources.exchanges import Exchanges
from tests.fakes.clock import NOW, StillClock
from tests.unit.gateway.identity.conftest import SECRET, exchanging
from tests.unit.gateway.identity.tones import pitches, voice

NOWHERE = RedisSettings(unix_socket_path="/nowhere/valkey.sock")


class Drawn:
    """Draws nothing, and remembers what it was asked to."""

    def __init__(self) -> None:
        self.digits: list[str] = []
        self.locales: list[Locale] = []

    def __call__(self, digits: str, locale: Locale) -> tuple[bytes, bytes]:
        self.digits.append(digits)
        self.locales.append(locale)
        return b"png", b"wav"


@pytest.fixture
def drawn() -> Drawn:
    return Drawn()


def pictures(exchanges: Exchanges, draw: Any, clock: Any = None, **changed: Any) -> SharedPictures:
    parts: dict[str, Any] = {"secret": SECRET, "prefix": "tests", "pause_s": 60, **changed}
    settings = parts.pop("settings", PictureSettings())
    return SharedPictures(settings, exchanges, clock or SystemClock(), draw=draw, **parts)


def test_what_is_drawn_and_spoken() -> None:
    image, speech = Drawing().drawn("0123456789", Locale.RU)
    with Image.open(io.BytesIO(image)) as opened:
        assert (opened.format, opened.size) == ("PNG", (240, 80))
    with wave.open(io.BytesIO(speech)) as spoken:
        assert (spoken.getnchannels(), spoken.getframerate()) == (1, 8000)
        assert spoken.getnframes() > 8000 * 10


def test_no_two_drawings_of_the_same_digits_are_the_same() -> None:
    drawing = Drawing()
    (one, said), (two, again) = (drawing.drawn("111111", Locale.EN) for _ in range(2))
    assert one != two
    assert said != again


async def test_a_solved_picture(exchanges: Exchanges, drawn: Drawn) -> None:
    made = pictures(exchanges, drawn, StillClock())
    picture = await made.make(Locale.RU)
    assert (picture.image, picture.speech) == (b"png", b"wav")
    assert (picture.expires_at - NOW).total_seconds() == 300
    assert (len(drawn.digits[0]), drawn.digits[0].isdecimal()) == (6, True)
    assert await made.solve(picture.id, drawn.digits[0])


@pytest.mark.parametrize("locale", Locale)
async def test_a_picture_is_spoken_to_its_reader(exchanges: Exchanges, drawn: Drawn, locale: Locale) -> None:
    await pictures(exchanges, drawn).make(locale)
    assert drawn.locales == [locale]


def test_the_noise_is_made_of_digits_whatever_else_lies_in_the_folder(tmp_path: Path) -> None:
    (voice(tmp_path / "ru", 1000.0) / "x").mkdir()
    drawing = Drawing(tmp_path)
    # Of an empty folder no snippet can be chosen; each code takes dozens.
    assert all(drawing.drawn("123456", Locale.RU) for _ in range(3))


@pytest.mark.usefixtures("noiseless")
async def test_the_voices_of_the_settings_speak(exchanges: Exchanges, tmp_path: Path) -> None:
    voice(tmp_path / "ru", 1000.0)
    made = pictures(exchanges, None, settings=PictureSettings(voices=tmp_path))
    for locale, is_ours in ((Locale.RU, True), (Locale.EN, False)):
        heard = pitches((await made.make(locale)).speech)
        assert (heard == pytest.approx([1000.0] * 6, rel=0.25)) is is_ours
    made.close()


async def test_spaces_between_digits_say_nothing(exchanges: Exchanges, drawn: Drawn) -> None:
    made = pictures(exchanges, drawn)
    picture = await made.make(Locale.EN)
    digits = drawn.digits[0]
    assert await made.solve(picture.id, f" {digits[:3]} {digits[3:5]}-{digits[5:]}\n")


async def test_each_can_be_tried_once_rightly_or_wrongly(exchanges: Exchanges, drawn: Drawn) -> None:
    made = pictures(exchanges, drawn)
    for first in (True, False):
        picture = await made.make(Locale.RU)
        digits = drawn.digits[-1]
        assert await made.solve(picture.id, digits if first else f"{(int(digits) + 1) % 10**6:06d}") is first
        assert not await made.solve(picture.id, digits)


async def test_of_many_tries_at_once_in_several_replicas_one_counts(redis: RedisSettings, drawn: Drawn) -> None:
    async with exchanging(redis) as here, exchanging(redis) as there:
        one, two = pictures(here, drawn), pictures(there, drawn)
        picture = await one.make(Locale.RU)
        tries = [each.solve(picture.id, drawn.digits[0]) for each in (one, two) for _ in range(20)]
        assert sorted(await asyncio.gather(*tries))[-2:] == [False, True]


async def test_the_digits_of_one_do_not_solve_another(exchanges: Exchanges, drawn: Drawn) -> None:
    made = pictures(exchanges, drawn)
    one, two = [await made.make(Locale.RU) for _ in range(2)]
    assert one.id != two.id
    assert not await made.solve(two.id, drawn.digits[0])
    assert await made.solve(one.id, drawn.digits[0])


@pytest.mark.parametrize(
    "id_", ["", "s", "x" * 23, "s" + "*" * 22, "s" + "a" * 22 + "\n", "s" + "a" * 22, "l" + "a" * 22]
)
async def test_ids_of_no_picture(exchanges: Exchanges, drawn: Drawn, id_: str) -> None:
    assert not await pictures(exchanges, drawn).solve(id_, "123456")


async def test_what_is_kept_shows_no_digits_and_ends_by_itself(exchanges: Exchanges, drawn: Drawn) -> None:
    picture = await pictures(exchanges, drawn).make(Locale.RU)
    name = f"tests:picture:{picture.id}"
    [kept] = await exchanges.send([("GET", name)])
    assert len(kept) == 32
    [lives] = await exchanges.send([("PTTL", name)])
    assert 290_000 < lives <= 300_000


async def test_another_secret_solves_nothing(exchanges: Exchanges, drawn: Drawn) -> None:
    picture = await pictures(exchanges, drawn).make(Locale.RU)
    other = pictures(exchanges, drawn, secret=SECRET + "!")
    assert not await other.solve(picture.id, drawn.digits[0])


async def test_while_redis_is_away_the_process_keeps_its_own_for_as_long(drawn: Drawn) -> None:
    clock = StillClock()
    async with exchanging(NOWHERE) as exchanges:
        made, other = pictures(exchanges, drawn, clock), pictures(exchanges, drawn, clock)
        picture = await made.make(Locale.RU)
        assert not await other.solve(picture.id, drawn.digits[0])
        assert await made.solve(picture.id, drawn.digits[0])
        assert not await made.solve(picture.id, drawn.digits[0])
        late = await made.make(Locale.RU)
        clock.advance(300)
        assert not await made.solve(late.id, drawn.digits[1])


async def test_a_process_keeps_so_many_and_drops_the_oldest(drawn: Drawn) -> None:
    async with exchanging(NOWHERE) as exchanges:
        made = pictures(exchanges, drawn, settings=PictureSettings(local_entries=2))
        kept = [await made.make(Locale.RU) for _ in range(3)]
        solved = [await made.solve(each.id, digits) for each, digits in zip(kept, drawn.digits, strict=True)]
        assert solved == [False, True, True]


async def test_a_picture_kept_in_redis_cannot_be_solved_while_it_is_away(drawn: Drawn) -> None:
    with tempfile.TemporaryDirectory(prefix="valkey-") as folder, valkey.running(Path(folder)) as (server, path):
        async with exchanging(RedisSettings(unix_socket_path=str(path))) as exchanges:
            made = pictures(exchanges, drawn)
            picture = await made.make(Locale.RU)
            server.signal(signal.SIGKILL)
            server.process.wait()
            assert not await made.solve(picture.id, drawn.digits[0])
            again = await made.make(Locale.RU)
            assert await made.solve(again.id, drawn.digits[1])


async def test_more_than_wait_for_a_picture_are_refused(exchanges: Exchanges) -> None:
    gate = threading.Event()

    def slow(_digits: str, _locale: Locale) -> tuple[bytes, bytes]:
        assert gate.wait(30)
        return b"", b""

    made = pictures(exchanges, slow, settings=PictureSettings(threads=1, queue=1))
    asked = [asyncio.create_task(made.make(Locale.RU)) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(TooBusy):
        await made.make(Locale.RU)
    gate.set()
    assert len(await asyncio.gather(*asked)) == 2
