"""All of it together, by the settings alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.accounts import ports
from domain.money import Locale
from gateway.access.keys import PublicKeys
from gateway.clock import SystemClock
from gateway.identity.opening import opened, signing_key
from gateway.settings import AccountSettings, PasswordSettings, SettingsError, load
from gateway.settings.declaring import Secret
from gateway.sources.exchanges import Exchanges
from tests.unit.gateway.identity.conftest import SECRET, write_private
from tests.unit.gateway.world import World, settings


async def test_everything_is_there_and_works(world: World, exchanges: Exchanges, tmp_path: Path) -> None:
    accounts = AccountSettings(
        signing_jwk=write_private(world.issuer, tmp_path / "key.json"), secret=Secret(SECRET), access_s=60
    )
    small = PasswordSettings(memory_kib=8, passes=1)
    whole = settings(world.jwks, accounts=accounts, passwords=small)
    key = signing_key(whole, PublicKeys.load(world.jwks, demo_keys=True))
    assert key is not None
    with opened(whole, key, exchanges, SystemClock()) as identity:
        passwords: ports.Passwords = identity.passwords
        assert await passwords.matches("a", await passwords.hashed("a"))
        assert identity.tokens.hash(identity.tokens.secret()[0])
        assert await identity.throttle.take("picture_address", "10.0.0.1") is None
        assert (await identity.pictures.make(Locale.RU)).id.startswith("s")
    with pytest.raises(RuntimeError):
        await passwords.hashed("a")


def test_a_gateway_without_accounts_signs_nothing(world: World) -> None:
    assert signing_key(settings(world.jwks), PublicKeys.load(world.jwks, demo_keys=True)) is None


def test_the_settings_come_from_the_environment_as_any_others(world: World) -> None:
    environ = {
        "GATEWAY_ACCESS_ISSUER": "a",
        "GATEWAY_ACCESS_JWKS": "b",
        "GATEWAY_LINKS_KEY": SECRET,
        "GATEWAY_CACHE_SECRET": SECRET,
        "GATEWAY_SERVER_ENVIRONMENT": "development",
        "GATEWAY_ACCOUNTS_SIGNING_JWK": "/run/key.json",
        "GATEWAY_ACCOUNTS_SECRET": SECRET,
        "GATEWAY_THROTTLE_SIGN_IN_ACCOUNT": "3 per 60",
    }
    read = load({}, None, environ)
    assert read.throttle.table()["sign_in_account"] == (3, 60)
    assert SECRET not in repr(read)
    with pytest.raises(SettingsError, match="throttle: code_contact: 'ATTEMPTS per SECONDS' is wanted"):
        load({}, None, {**environ, "GATEWAY_THROTTLE_CODE_CONTACT": "often"})
    with pytest.raises(SettingsError, match="accounts: signing_jwk and secret: set both, or neither"):
        load({}, None, {name: value for name, value in environ.items() if name != "GATEWAY_ACCOUNTS_SECRET"})
