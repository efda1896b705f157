"""Digits as a picture and as speech."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from captcha.image import ImageCaptcha

from domain.money import Locale
from gateway.identity.voices import Voice, read

__all__ = ["Drawing"]

WIDTH: Final = 240
HEIGHT: Final = 80


class Drawing:
    """Draws and speaks. Everything it needs is read at start; it may be used by several threads."""

    def __init__(self, voices: Path | None = None) -> None:
        """Raises: ``VoicesUnfit``."""
        self._image = ImageCaptcha(WIDTH, HEIGHT)
        self._voices = read(voices)
        self._english = Voice()
        assert self._image.truefonts

    def drawn(self, digits: str, locale: Locale) -> tuple[bytes, bytes]:
        """Return the digits as PNG and as WAV, spoken in a language or, where that has no voice, in English."""
        voice = self._voices.get(locale, self._english)
        return self._image.generate(digits).getvalue(), bytes(voice.generate(digits))
