"""What ``python -m gateway follow`` wants before it begins."""

from __future__ import annotations

from argparse import Namespace

import pytest

from gateway.commands import follow
from gateway.settings import SettingsError
from tests.unit.gateway.settings.test_channels import SOUND

CORE = {
    "GATEWAY_POLICY_CORE_URL": "http://127.0.0.1:1/ws",
    "GATEWAY_POLICY_CORE_USER": "gateway",
    "GATEWAY_POLICY_CORE_PASSWORD": "a secret",
    "GATEWAY_CLAIMS_CORE_URL": "http://127.0.0.1:1",
    "GATEWAY_CLAIMS_CORE_CLIENT_ID": "gateway",
    "GATEWAY_CLAIMS_CORE_CLIENT_SECRET": "a secret",
    "GATEWAY_LIFE_VALUATION_URL": "http://127.0.0.1:1",
    "GATEWAY_LIFE_VALUATION_KEY": "a secret",
}
STORE = {"GATEWAY_STORE_ADDRESS": "postgresql://nobody@127.0.0.1:1/none"}
LINKS = {"GATEWAY_ACCOUNTS_ACTIVATION_URL": "https://account.example/activate#"}


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (LINKS, "store.address: missing"),
        (STORE, "accounts.activation_url: missing"),
        (STORE | LINKS, "store: the database cannot be had"),
    ],
)
def test_without_database_and_address_of_links_it_does_not_begin(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], problem: str
) -> None:
    monkeypatch.setattr("gateway.observability.logs.configure", lambda _: None)
    for name, value in {**SOUND, **CORE, **given}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=problem):
        follow.run(Namespace(config=None, now=None))
