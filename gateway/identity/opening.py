"""Everything of this folder, put together by the settings."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from domain.accounts import ports
from domain.clock import Clock
from gateway.access.keys import KeysUnfit, PublicKeys
from gateway.identity import voices
from gateway.identity.deriving import COOKIES, derived
from gateway.identity.keys import SigningKey
from gateway.identity.passwords import ArgonPasswords
from gateway.identity.pictures import SharedPictures
from gateway.identity.throttle import SharedThrottle
from gateway.identity.tokens import SignedTokens
from gateway.identity.voices import VoicesUnfit
from gateway.settings import Settings, SettingsError
from gateway.sources.exchanges import Exchanges

__all__ = ["Identity", "check_voices", "cookie_key", "opened", "signing_key"]


@dataclass(frozen=True, slots=True)
class Identity:
    """What accounts need of passwords, tokens and limits."""

    passwords: ports.Passwords
    tokens: ports.TokenIssuer
    throttle: ports.Throttle
    pictures: ports.Pictures


def signing_key(settings: Settings, published: PublicKeys) -> SigningKey | None:
    """Return the key that tokens are signed with, None where no accounts are kept. Raises: ``SettingsError``."""
    if settings.accounts.signing_jwk is None:
        return None
    try:
        return SigningKey.load(settings.accounts.signing_jwk, published, demo_keys=settings.access.demo_keys)
    except KeysUnfit as unfit:
        raise SettingsError(f"accounts.signing_jwk: {unfit}") from None


def check_voices(settings: Settings) -> None:
    """Make sure that the voices of the settings can speak. Raises: ``SettingsError``."""
    try:
        voices.read(settings.pictures.voices)
    except VoicesUnfit as unfit:
        raise SettingsError(f"pictures.voices: {unfit}") from None


def cookie_key(settings: Settings) -> bytes:
    """Return the key that marks cookies; without accounts, of which none are given, nobody has it."""
    secret = settings.accounts.secret
    return secrets.token_bytes() if secret is None else derived(secret, COOKIES)


@contextmanager
def opened(settings: Settings, key: SigningKey, exchanges: Exchanges, clock: Clock) -> Iterator[Identity]:
    """Open all of it and let the threads go at the end. Nothing is asked of Redis yet."""
    secret = settings.accounts.secret
    assert secret is not None, "the settings have both or neither"
    prefix, pause_s = settings.cache.prefix, settings.redis.pause_s
    passwords = ArgonPasswords(settings.passwords)
    pictures = SharedPictures(settings.pictures, exchanges, clock, secret=secret, prefix=prefix, pause_s=pause_s)
    throttle = SharedThrottle(settings.throttle, exchanges, clock, secret=secret, prefix=prefix, pause_s=pause_s)
    try:
        yield Identity(
            passwords, SignedTokens(settings.access, key, secret, settings.accounts.access_s), throttle, pictures
        )
    finally:
        passwords.close()
        pictures.close()
