"""Makes voices that speak picture codes, with the machine's espeak-ng: ``python -m dev.scripts.make_voices ru DIR``."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import wave
from array import array
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import product
from math import cos, pi, sin
from operator import mul
from pathlib import Path
from typing import Final

__all__ = ["PROGRAM", "SpeechFailed", "make"]

PROGRAM: Final = "espeak-ng"
SPEAKERS: Final = ("", "+f3", "+m3")
"""Variants of a voice: several sounds of each digit are harder on programs that listen."""

WORDS_A_MINUTE: Final = 130
RATE: Final = 8000
HIGHEST: Final = 3600
"""What lies above it, in Hz, would be heard as something else at the lower rate."""

REACH: Final = 16
"""Samples to each side that a new one is made of."""

PEAK: Final = 110
"""Of 127: a digit is mixed in louder or lower by a fifth."""

QUIET: Final = 0.01
"""Share of the loudest that counts as silence before and after."""


class SpeechFailed(Exception):
    """The program did not speak; the text says why."""


def make(language: str, folder: Path, tick: Callable[[], object] = lambda: None) -> None:
    """Write a voice into the folder of its language, all or nothing.

    Raises: ``SpeechFailed``, ``OSError``, and what ``tick`` does, which is called before each sound.
    """
    sounds = {}
    for speaker, digit in product(SPEAKERS, "0123456789"):
        tick()
        sounds[language + speaker, digit] = lowered(*spoken(language + speaker, digit))
    for (voice, digit), sound in sounds.items():
        file = folder / language / digit / f"{voice}.wav"
        file.parent.mkdir(parents=True, exist_ok=True)
        write(file, sound)


def spoken(voice: str, text: str) -> tuple[Sequence[int], int]:
    """Let the program speak; returns samples of 16 bits and how many there are a second. Raises: ``SpeechFailed``."""
    with tempfile.TemporaryDirectory(prefix="voices-") as folder:
        file = Path(folder) / "spoken.wav"
        line = [PROGRAM, "-v", voice, "-s", str(WORDS_A_MINUTE), "-w", str(file), text]
        try:
            subprocess.run(line, check=True, capture_output=True, text=True)
        except FileNotFoundError:
            raise SpeechFailed(f"there is no {PROGRAM} here; install the package of that name") from None
        except subprocess.CalledProcessError as failed:
            raise SpeechFailed(f"{PROGRAM} has no voice {voice} ({failed.stderr.strip()})") from None
        with wave.open(str(file)) as sound:
            samples = array("h", sound.readframes(-1))
            return samples, sound.getframerate()


def lowered(samples: Sequence[int], rate: int) -> bytes:
    """Return the sound as picture codes want it: 8 kHz, 8 bits, as loud as any other, no silence around it."""
    quiet = QUIET * max(map(abs, samples), default=0)
    heard = [n for n, each in enumerate(samples) if abs(each) > quiet]
    if not heard:
        raise SpeechFailed(f"{PROGRAM} said nothing")
    padded = [0] * REACH + list(samples[heard[0] : heard[-1] + 1]) + [0] * (REACH + 1)
    slow = []
    for n in range((heard[-1] + 1 - heard[0]) * RATE // rate):
        place, phase = divmod(n * rate, RATE)
        slow.append(sum(map(mul, padded[place : place + 2 * REACH + 1], weights(phase, rate))))
    loudest = max(map(abs, slow))
    return bytes(round(128 + PEAK * each / loudest) for each in slow)


@lru_cache(maxsize=2 * RATE)
def weights(phase: int, rate: int) -> tuple[float, ...]:
    """Return what each sample around a place counts: a low-pass, windowed; the place is ``phase`` / RATE after one."""
    distances = [n - phase / RATE for n in range(-REACH, REACH + 1)]
    return tuple(low_pass(2 * HIGHEST / rate, each) * (1 + cos(pi * each / (REACH + 1))) / 2 for each in distances)


def low_pass(width: float, distance: float) -> float:
    """Return the answer of an ideal low-pass at a distance; ``width`` is a share of half the rate."""
    return width if not distance else sin(pi * width * distance) / (pi * distance)


def write(file: Path, samples: bytes) -> None:
    """Write a sound."""
    with wave.open(str(file), "wb") as out:
        out.setparams((1, 1, RATE, 0, "NONE", ""))
        out.writeframes(samples)


def main(argv: Sequence[str] | None = None) -> int:
    """Make a voice. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m dev.scripts.make_voices", description=__doc__)
    parser.add_argument("language", choices=["ru", "en"])
    parser.add_argument("folder", type=Path, help="for pictures.voices; the language gets a folder in it")
    chosen = parser.parse_args(argv)
    try:
        make(chosen.language, chosen.folder)
    except (SpeechFailed, OSError) as failed:
        print(failed, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
