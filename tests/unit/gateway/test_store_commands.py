"""A gateway and its database: who migrates it, and who refuses to start on one that was not."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from dev.tokens import DemoIssuer
from gateway.__main__ import main
from gateway.settings import StoreSettings
from gateway.settings.declaring import Secret
from gateway.settings.reading import read
from gateway.store.revisions import expected
from tests.unit.gateway.serving import environment, serving

Ended = Callable[..., tuple[int, str, str]]
NOWHERE = "postgresql://gateway:pw-1@127.0.0.1:1/gateway"


@pytest.fixture
def jwks(tmp_path: Path) -> Path:
    file = tmp_path / "jwks.json"
    DemoIssuer().write_jwks(file)
    return file


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ended:
    """Run a command that ends by itself; give its exit code and what it printed and complained of."""

    def run(environ: Mapping[str, str], command: str) -> tuple[int, str, str]:
        for name in [name for name in os.environ if name.startswith("GATEWAY_")]:
            monkeypatch.delenv(name)
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        code = main([command])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def address(settings: StoreSettings) -> str:
    assert settings.address is not None
    return str(settings.address)


def test_migrate_says_from_where_to_where(ended: Ended, jwks: Path, empty_database: StoreSettings) -> None:
    environ = environment(jwks, GATEWAY_STORE_ADDRESS=address(empty_database))
    assert ended(environ, "migrate") == (0, f"migrate: empty -> {expected()}\n", "")
    assert ended(environ, "migrate") == (0, f"migrate: at {expected()} already\n", "")


def test_migrate_without_a_database_says_so(ended: Ended, jwks: Path) -> None:
    assert ended(environment(jwks), "migrate") == (
        2,
        "",
        "settings: store.address: missing; there is no database to migrate\n",
    )
    code, _, told = ended(environment(jwks, GATEWAY_STORE_ADDRESS=NOWHERE), "migrate")
    assert (code, told) == (1, "migrate: the database cannot be had (OperationalError)\n")


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_database_that_was_not_migrated_is_refused(
    ended: Ended, jwks: Path, empty_database: StoreSettings, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if command == "worker":
        monkeypatch.setattr("gateway.commands.worker.channels", lambda *_: NoChannels())
    code, _, told = ended(environment(jwks, GATEWAY_STORE_ADDRESS=address(empty_database)), command)
    assert code == 2
    assert told == (
        f"settings: store: the database is at revision empty, wanted is {expected()}: run python -m gateway migrate\n"
    )


class NoChannels:
    """Channels that are never asked."""

    async def __aenter__(self) -> None:
        """Open nothing."""

    async def __aexit__(self, *_: object) -> None:
        """Close nothing."""


async def test_a_database_that_is_away_does_not_keep_a_gateway_from_starting(jwks: Path) -> None:
    environ = environment(jwks, GATEWAY_STORE_ADDRESS=NOWHERE)
    async with serving(environ, warned="store away") as served:
        assert served.url


def test_the_address_is_a_secret_in_every_message() -> None:
    with pytest.raises(Exception, match="must start with postgresql://") as told:
        read({"store": StoreSettings}, None, {"GATEWAY_STORE_ADDRESS": "mysql://gateway:pw-1@db/x"})
    assert "pw-1" not in str(told.value)
    assert isinstance(read({"store": StoreSettings}, None, {"GATEWAY_STORE_ADDRESS": NOWHERE})["store"].address, Secret)
