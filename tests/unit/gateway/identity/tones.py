"""Voices of tones: each file is heard by its pitch, and nothing of them comes from anywhere."""

from __future__ import annotations

import io
import math
import wave
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Final

from captcha.audio import BEEP, END_BEEP, SILENCE

__all__ = ["RATE", "pitches", "tone", "voice"]

RATE: Final = 8000
WINDOW: Final = RATE // 50
LOUD: Final = 20.0
"""Louder than silence. Units: samples, as a root of a mean of squares."""

LASTS_S: Final = 0.4


def tone(
    file: Path, pitch: float, *, rate: int = RATE, width: int = 1, channels: int = 1, lasts_s: float = LASTS_S
) -> None:
    """Write a tone of a pitch, in Hz."""
    file.parent.mkdir(parents=True, exist_ok=True)
    samples = (math.sin(2 * math.pi * pitch * n / rate) for n in range(int(lasts_s * rate)))
    with wave.open(str(file), "wb") as out:
        out.setparams((channels, width, rate, 0, "NONE", ""))
        out.writeframes(b"".join(bytes([int(128 + 100 * each)]) * width * channels for each in samples))


def voice(folder: Path, lowest: float, step: float = 0.0) -> Path:
    """Write a voice that speaks each digit at a pitch of its own, or all at one."""
    for digit in range(10):
        tone(folder / str(digit) / "tone.wav", lowest + digit * step)
    return folder


def pitches(speech: bytes) -> list[float]:
    """Return how high the digits of a code are that was spoken without noise, in order."""
    with wave.open(io.BytesIO(speech)) as spoken:
        assert (spoken.getnchannels(), spoken.getsampwidth(), spoken.getframerate()) == (1, 1, RATE)
        samples = [each - 128 for each in spoken.readframes(-1)]
    body = samples[3 * len(BEEP) + 2 * len(SILENCE) : -len(END_BEEP)]
    found: list[list[float]] = [[]]
    for start in range(0, len(body) - WINDOW, WINDOW):
        window = body[start : start + WINDOW]
        if math.sqrt(sum(each * each for each in window) / WINDOW) >= LOUD:
            found[-1].append(RATE / WINDOW * sum(one < 0 <= two for one, two in pairwise(window)))
        elif found[-1]:
            found.append([])
    return [median(each) for each in found if len(each) * WINDOW > LASTS_S / 2 * RATE]
