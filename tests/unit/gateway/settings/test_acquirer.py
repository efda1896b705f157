"""Settings of card payments: all or nothing, secrets hidden, and where a customer may be sent."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.settings import AcquirerSettings, SettingsError, load
from gateway.settings.declaring import Secret
from gateway.settings.printing import as_toml
from tests.unit.gateway.settings.test_channels import LONG, SOUND

ACQUIRER = {
    "GATEWAY_ACQUIRER_ADDRESS": "https://api.bank.example",
    "GATEWAY_ACQUIRER_MERCHANT_SECRET": f"m-{LONG}",
    "GATEWAY_ACQUIRER_CALLBACK_SECRETS": f"new-{LONG}, old-{LONG}",
    "GATEWAY_ACQUIRER_RETURN_URL": "https://cabinet.example/payments",
    "GATEWAY_ACQUIRER_PAYMENT_HOSTS": "pay.bank.example,pay.bank.example:8443",
}


def problems(**changed: str) -> tuple[str, ...]:
    environ = {**SOUND, **ACQUIRER} | {f"GATEWAY_ACQUIRER_{name}": value for name, value in changed.items()}
    with pytest.raises(SettingsError) as refused:
        load({}, None, environ)
    return refused.value.problems


def sound(**changed: Any) -> AcquirerSettings:
    given: dict[str, Any] = {
        "address": "https://api.bank.example",
        "merchant_secret": Secret(LONG),
        "callback_secrets": (Secret(LONG),),
        "return_url": "https://cabinet.example/payments",
        "payment_hosts": ("pay.bank.example", "pay.bank.example:8443"),
    }
    return AcquirerSettings(**given | changed)


def test_without_an_address_no_payments_are_offered() -> None:
    acquirer = load({}, None, SOUND).acquirer
    assert acquirer == AcquirerSettings()
    assert not acquirer.is_set
    assert not acquirer.allowed("https://pay.bank.example/pay")


def test_with_all_of_it_they_are() -> None:
    acquirer = load({}, None, SOUND | ACQUIRER).acquirer
    assert acquirer.is_set
    assert acquirer.callback_secrets == (f"new-{LONG}", f"old-{LONG}")
    assert (acquirer.callback_window_s, acquirer.timeout_s) == (300, 10)


def test_no_secret_is_shown() -> None:
    acquirer = load({}, None, SOUND | ACQUIRER).acquirer
    assert LONG not in repr(acquirer)
    assert LONG not in as_toml({"acquirer": AcquirerSettings})
    (told,) = problems(CALLBACK_WINDOW_S="0")
    assert LONG not in told


@pytest.mark.parametrize(
    "changed, problem",
    [
        ({"ADDRESS": "api.bank.example"}, "acquirer: address: must start with http:// or https://"),
        ({"ADDRESS": "https://api.bank.example/"}, "acquirer: address: without a slash"),
        ({"ADDRESS": "https://api.bank.example?a"}, "acquirer: address: without a slash"),
        ({"RETURN_URL": ""}, "acquirer: return_url: must start with"),
        ({"MERCHANT_SECRET": "short"}, "acquirer: merchant_secret: is wanted, at least 32"),
        ({"MERCHANT_SECRET": f"{LONG}\n"}, "acquirer: merchant_secret: is wanted, at least 32"),
        ({"CALLBACK_SECRETS": ""}, "acquirer: callback_secrets: are wanted"),
        ({"CALLBACK_SECRETS": f"{LONG},short"}, "acquirer: callback_secrets: are wanted"),
        ({"PAYMENT_HOSTS": ""}, "acquirer: payment_hosts: are wanted"),
        ({"PAYMENT_HOSTS": "https://pay.bank.example"}, "acquirer: payment_hosts: are wanted"),
        ({"ADDRESS": "http://api.bank.example"}, "acquirer.address: must start with https:// in production"),
        ({"RETURN_URL": "http://cabinet.example"}, "acquirer.return_url: must start with https:// in production"),
    ],
)
def test_what_is_wrong_is_told_by_name(changed: dict[str, str], problem: str) -> None:
    (told,) = problems(**changed)
    assert told.startswith(problem)


@pytest.mark.parametrize(
    "address", ["https://pay.bank.example/pay?order=1&return=a%2Fb", "https://pay.bank.example:8443/pay"]
)
def test_a_customer_is_sent_to_the_acquirer(address: str) -> None:
    assert sound().allowed(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://pay.bank.example/pay",
        "//pay.bank.example/pay",
        "/pay",
        "javascript:alert(1)//pay.bank.example",
        "https:/pay.bank.example/pay",
        "https:pay.bank.example/pay",
        "https://evil.example/pay",
        "https://evil.example/https://pay.bank.example/",
        "https://pay.bank.example.evil.example/pay",
        "https://pay.bank.example@evil.example/pay",
        "https://user@pay.bank.example/pay",
        "https://pay.bank.example:444/pay",
        "https://evil.example\\@pay.bank.example/pay",
        "https://evil.example\\.pay.bank.example/",
        "https://pay.bank.example\\evil",
        "https://evil.example#@pay.bank.example/",
        "https://evil.example?@pay.bank.example/",
        "https://pay.bank.example /pay",
        "https://pay.bank.example/\r\nSet-Cookie: a=b",
        "https://\tpay.bank.example/",
        "https://pay.bank.examplе/pay",
        "https://[pay.bank.example/pay",
    ],
)
def test_and_nowhere_else(address: str) -> None:
    assert not sound().allowed(address)


def test_by_http_only_where_the_server_is() -> None:
    acquirer = sound(address="http://127.0.0.1:1", payment_hosts=("127.0.0.1:1",))
    assert acquirer.allowed("http://127.0.0.1:1/pay")
    assert acquirer.allowed("https://127.0.0.1:1/pay")
