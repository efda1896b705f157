"""Digits as speech: voices of an operator's, a folder for each language, and the English one of the package."""

from __future__ import annotations

import os
import secrets
import wave
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from captcha.audio import WAVE_SAMPLE_RATE, AudioCaptcha, mix_wave

from domain.money import Locale

__all__ = ["Voice", "VoicesUnfit", "read"]

DIGITS: Final = "0123456789"
PAUSE: Final = WAVE_SAMPLE_RATE // 10
HISS: Final = bytes(126 + value % 4 for value in range(256))
"""A random byte as a sample of silence that hisses: the middle is 128."""

KIND: Final = (WAVE_SAMPLE_RATE, 1, 1)
"""Samples a second, bytes of each, channels: what the package mixes. It looks at none of them."""

LASTS_S: Final = (0.1, 2.0)
"""How long a digit may be: the answer is as long as its longest, six times, and more."""


class VoicesUnfit(ValueError):
    """Nobody can be spoken to with these voices; the text says why."""


class Voice(AudioCaptcha):
    """Speaks digits with the sounds of a folder, or with those of the package.

    The noise beneath is the package's, made of random bytes at once: drawn one by one they took most of the time.
    """

    def __init__(self, folder: Path | None = None) -> None:
        super().__init__(None if folder is None else str(folder))
        if folder is not None:
            # Whatever else lies there, which may hold no sound.
            self._choices = list(DIGITS)
        self.load()

    def create_background_noise(self, length: int, chars: str) -> bytearray:
        """Return a hiss with snippets of the voice, backwards and low."""
        noise = bytearray(os.urandom(length).translate(HISS))
        position = 0
        while position < length:
            sound = self._noise_pick()
            end = min(position + len(sound), length)
            noise[position:end] = mix_wave(sound[: end - position], noise[position:end])
            position = end + secrets.randbelow(PAUSE + 1)
        return noise


def read(folder: Path | None) -> Mapping[Locale, Voice]:
    """Read the voice of each language that has a folder there, in it one for each digit. Raises: ``VoicesUnfit``."""
    if folder is None:
        return {}
    try:
        names = {each.name for each in folder.iterdir()}
        found = [each for each in Locale if each in names]
        if not found:
            raise VoicesUnfit(f"{folder}: no folder of a language in it; {' or '.join(Locale)} is wanted")
        return {locale: _voice(folder / locale) for locale in found}
    except OSError as failed:
        raise VoicesUnfit(f"{failed.filename} cannot be read ({failed.strerror})") from None


def _voice(folder: Path) -> Voice:
    sounds = {digit: list(_sounds(folder / digit)) for digit in DIGITS}
    if silent := [digit for digit, files in sounds.items() if not files]:
        raise VoicesUnfit(f"{folder}: no WAV file for {', '.join(silent)}")
    for files in sounds.values():
        for file in files:
            _look_at(file)
    return Voice(folder)


def _sounds(folder: Path) -> Iterator[Path]:
    """List what the package takes for sounds."""
    if folder.is_dir():
        yield from (each for each in sorted(folder.iterdir()) if each.name.endswith(".wav") and each.is_file())


def _look_at(file: Path) -> None:
    try:
        with wave.open(str(file)) as sound:
            kind = sound.getframerate(), sound.getsampwidth(), sound.getnchannels()
            lasts_s = len(sound.readframes(-1)) / WAVE_SAMPLE_RATE
    except (wave.Error, EOFError):
        raise VoicesUnfit(f"{file} is not a WAV file") from None
    if kind != KIND:
        rate, width, channels = kind
        has = f"{rate} Hz, {8 * width} bits, {channels} channels"
        raise VoicesUnfit(f"{file} has {has}; {WAVE_SAMPLE_RATE} Hz, 8 bits, 1 channel are wanted")
    least, most = LASTS_S
    if not least <= lasts_s <= most:
        raise VoicesUnfit(f"{file} lasts {lasts_s:.2f} s; {least:g} to {most:g} s are wanted")
