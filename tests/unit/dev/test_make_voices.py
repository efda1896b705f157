"""Voices made with the machine's espeak-ng, of which a script takes the place: it says each digit at another pitch."""

from __future__ import annotations

import math
import sys
import wave
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from dev.demo.files import RunFiles
from dev.demo.options import Options
from dev.demo.speaking import voices
from dev.scripts.make_voices import SpeechFailed, lowered, main
from dev.tokens import DemoIssuer
from domain.money import Locale
from gateway import settings as gateway_settings
from gateway.identity.voices import read
from gateway.wiring import ADAPTER_SETTINGS
from tests.unit.dev.test_demo import SYSTEMS

RATE = 22_050
SPEAKING = f"""#!{sys.executable}
import argparse, array, math, sys, wave
parser = argparse.ArgumentParser()
for option in ("-v", "-s", "-w"):
    parser.add_argument(option)
parser.add_argument("text")
given = parser.parse_args()
if not given.v.startswith("ru"):
    sys.exit("no such voice")
silence, pitch = [0] * 4410, 300 * (1 + int(given.text))
tone = [int(9000 * math.sin(2 * math.pi * pitch * n / {RATE})) for n in range(9000)]
with wave.open(given.w, "wb") as out:
    out.setparams((1, 2, {RATE}, 0, "NONE", ""))
    out.writeframes(array.array("h", [*silence, *tone, *silence]).tobytes())
"""


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The only folder that programs are looked for in; nothing is there."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.fixture
def espeak(programs: Path) -> Path:
    program = programs / "espeak-ng"
    program.write_text(SPEAKING, encoding="utf-8")
    program.chmod(0o700)
    return program


class InterruptedAlready(Exception):
    """Somebody asked for the end."""


def tone(pitch: float, loud: float) -> list[int]:
    return [int(loud * math.sin(2 * math.pi * pitch * n / RATE)) for n in range(RATE // 2)]


def strength(middle: Sequence[int], pitch: float) -> float:
    """How much of a pitch is in samples of 8 kHz."""
    waves = [
        sum(w(2 * math.pi * pitch * n / 8000) * each for n, each in enumerate(middle)) for w in (math.sin, math.cos)
    ]
    return 2 * math.hypot(*waves) / len(middle)


def samples(file: Path) -> list[int]:
    with wave.open(str(file)) as sound:
        return [each - 128 for each in sound.readframes(-1)]


@pytest.mark.usefixtures("espeak")
def test_the_gateway_speaks_with_what_was_made(tmp_path: Path) -> None:
    assert main(["ru", str(tmp_path / "voices")]) == 0
    assert set(read(tmp_path / "voices")) == {Locale.RU}
    for digit in range(10):
        files = sorted((tmp_path / "voices" / "ru" / str(digit)).iterdir())
        assert [each.name for each in files] == ["ru+f3.wav", "ru+m3.wav", "ru.wav"]
        for file in files:
            found = samples(file)
            # The silence before and after is gone.
            assert len(found) / 8000 == pytest.approx(9000 / RATE, abs=0.01)
            assert max(map(abs, found)) == 110
            pitch = sum(one < 0 <= two for one, two in pairwise(found)) / (len(found) / 8000)
            assert pitch == pytest.approx(300 * (1 + digit), rel=0.02)


def test_what_the_lower_rate_cannot_carry_is_left_out_and_the_rest_is_not_changed() -> None:
    both = [one + two for one, two in zip(tone(1000, 8000), tone(6000, 8000), strict=True)]
    found = [each - 128 for each in lowered(both, RATE)][400:-400]
    assert strength(found, 1000) == pytest.approx(110, rel=0.03)
    # Where 6 kHz would be heard at 8 kHz.
    assert strength(found, 2000) < 1


def test_a_pure_tone_stays_pure() -> None:
    found = [each - 128 for each in lowered(tone(1000, 8000), RATE)][400:-400]
    power = sum(each * each for each in found) / len(found)
    # Samples taken from beside their places would be heard as a hiss.
    assert power - strength(found, 1000) ** 2 / 2 == pytest.approx(0, abs=10)


def test_silence_is_no_digit() -> None:
    for nothing in ([], [0] * 1000):
        with pytest.raises(SpeechFailed):
            lowered(nothing, RATE)


@pytest.mark.usefixtures("programs")
def test_a_machine_without_the_program_is_told_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ru", str(tmp_path / "voices")]) == 1
    assert capsys.readouterr().err == "there is no espeak-ng here; install the package of that name\n"
    assert not (tmp_path / "voices").exists()


@pytest.mark.usefixtures("espeak")
def test_a_voice_that_the_program_lacks_is_told_and_nothing_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["en", str(tmp_path / "voices")]) == 1
    assert capsys.readouterr().err == "espeak-ng has no voice en (no such voice)\n"
    assert not (tmp_path / "voices").exists()


@pytest.mark.usefixtures("espeak")
def test_the_demo_speaks_russian_where_the_machine_does(tmp_path: Path) -> None:
    file = RunFiles(tmp_path, DemoIssuer()).write_settings(Options(), SYSTEMS, tmp_path, voices(tmp_path))
    chosen = gateway_settings.load(ADAPTER_SETTINGS, file, {}).pictures.voices
    assert set(read(chosen)) == {Locale.RU}


@pytest.mark.usefixtures("espeak")
def test_a_demo_that_is_asked_to_end_does_not_speak_on(tmp_path: Path) -> None:
    ticks: list[int] = []

    def tick() -> None:
        ticks.append(len(ticks))
        if len(ticks) == 3:
            raise InterruptedAlready

    with pytest.raises(InterruptedAlready):
        voices(tmp_path, tick)
    assert len(ticks) == 3
    assert not (tmp_path / "voices").exists()


def test_the_demo_says_nothing_where_the_machine_does_not_speak(
    programs: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert voices(tmp_path) == {}
    (programs / "espeak-ng").write_text(f"#!{sys.executable}\nimport sys\nsys.exit('ill')\n", encoding="utf-8")
    (programs / "espeak-ng").chmod(0o700)
    assert voices(tmp_path) == {}
    assert capfd.readouterr() == ("", "")
