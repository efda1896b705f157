"""Digits as a picture and as speech."""

from __future__ import annotations

import os
import secrets
from typing import Final

from captcha.audio import WAVE_SAMPLE_RATE, AudioCaptcha, mix_wave
from captcha.image import ImageCaptcha

__all__ = ["Drawing", "Voice"]

WIDTH: Final = 240
HEIGHT: Final = 80
PAUSE: Final = WAVE_SAMPLE_RATE // 10
HISS: Final = bytes(126 + value % 4 for value in range(256))
"""A random byte as a sample of silence that hisses: the middle is 128."""


class Voice(AudioCaptcha):
    """Speaks digits with the voice of the package, an English one: it brings no other.

    The noise beneath is the package's, made of random bytes at once: drawn one by one they took most of the time.
    """

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


class Drawing:
    """Draws and speaks. Everything it needs is read at start; it may be used by several threads."""

    def __init__(self) -> None:
        self._image = ImageCaptcha(WIDTH, HEIGHT)
        self._voice = Voice()
        self._voice.load()
        assert self._image.truefonts

    def drawn(self, digits: str) -> tuple[bytes, bytes]:
        """Return the digits as PNG and as WAV."""
        return self._image.generate(digits).getvalue(), bytes(self._voice.generate(digits))
