"""In which language customers are spoken to."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from babel import negotiate_locale
from starlette.types import Scope

from domain.money import Locale
from gateway.http.headers import header
from gateway.http.quality import preferences

__all__ = ["DEFAULT", "language", "language_of"]

DEFAULT: Final = Locale.RU


def language_of(scope: Scope) -> Locale:
    """Return the language of a request."""
    return language(header(scope, b"accept-language"))


@lru_cache(maxsize=256)
def language(accept_language: str | None) -> Locale:
    """Return the best of the languages that are spoken here, Russian when none is asked for."""
    wanted = [(tag, quality) for tag, quality in preferences(accept_language or "") if quality > 0]
    wanted.sort(key=lambda each: -each[1])
    tags = [tag for tag, _ in wanted]
    found = negotiate_locale(tags, [locale.value for locale in Locale], sep="-")
    return Locale(found) if found else DEFAULT
