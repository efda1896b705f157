"""What somebody is told who is refused, in both languages, and that nothing at all comes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import psycopg
from psycopg.sql import SQL, Identifier

from dev.demo.stack import Stack
from tests.e2e.asking import fetch
from tests.e2e.paying import Payer, until

__all__ = ["KEY_REUSED", "KEY_UNFIT", "NO_KEYS", "START", "TRY_LATER", "Told", "asked", "refused"]

START: Final = """mutation($key: String!, $payable: PayableInput!) {
  startPayment(key: $key, payable: $payable) { payment { id } errors { __typename ... on Problem { field message }
    ... on PaidAlready { paymentId } ... on PaymentStopped { paymentId } ... on TryLater { afterSeconds } } } }"""
LEDGERS: Final = ("policy_core", "claims_core")
"""Systems that keep one."""

KEPT: Final = ("wishes", "commands", "messages", "codes", "payments", "renewal_offers", "signatures")
"""Tables in which everything begins: of what they have not got nothing comes later."""

UNDER_WAY: Final = """SELECT (SELECT count(*) FROM commands WHERE state = 'WAITING')
  + (SELECT count(*) FROM messages WHERE sent_at IS NULL AND dead_at IS NULL)"""


@dataclass(frozen=True, slots=True)
class Told:
    """A problem: its name, what it is about, and its text in Russian and English."""

    name: str
    field: str | None
    ru: str
    en: str


KEY_UNFIT: Final = Told(
    "KeyUnfit",
    "key",
    "Не удалось принять запрос. Обновите страницу и попробуйте ещё раз.",
    "The request could not be taken. Reload the page and try again.",
)
KEY_REUSED: Final = Told(
    "KeyReused",
    "key",
    "Эта операция уже выполнена с другими данными. Обновите страницу и попробуйте ещё раз.",
    "This was done with other details already. Reload the page and try again.",
)
TRY_LATER: Final = Told(
    "TryLater", None, "Слишком много попыток. Попробуйте позже.", "Too many attempts. Try again later."
)
NO_KEYS: Final = ("", "1234567", "x" * 101, "с буквами", "with\ttab")
"""Too short, too long, of other letters, of what nobody can print."""


def asked(payer: Payer, query: str, language: str = "ru", **variables: Any) -> Any:
    """Run an operation of one field, in a language; return its payload."""
    person = replace(payer.person, headers={**payer.person.headers, "accept-language": language})
    [payload] = person.ask(query, **variables).values()
    return payload


def refused(payer: Payer, query: str, told: Told, variables: Any, **more: Any) -> list[Any]:
    """Ask in both languages: each time it is refused in the words expected, and nothing was left behind.

    ``more`` is what the problem tells besides. Return what it tells that is not expected.
    """
    before = left_behind(payer.stack)
    besides = []
    for language, message in (("ru", told.ru), ("en", told.en)):
        payload = asked(payer, query, language, **variables)
        [problem] = payload.pop("errors")
        assert set(payload.values()) == {None}, payload
        expected = {"__typename": told.name, "field": told.field, "message": message, **more}
        assert {name: problem.get(name) for name in expected} == expected
        besides.append({name: each for name, each in problem.items() if name not in expected})
    assert left_behind(payer.stack) == before
    return besides


def left_behind(stack: Stack) -> dict[str, Any]:
    """Return how much was written: in the systems' ledgers, at the bank, in the box of messages, in our own tables."""
    assert stack.acquirer is not None
    assert stack.messages is not None
    assert stack.database is not None
    with psycopg.connect(stack.database.address(), autocommit=True) as connection:

        def one(query: Any) -> Any:
            [found] = connection.execute(query).fetchone() or ()
            return found

        until(lambda: one(UNDER_WAY) == 0)
        kept = {each: one(SQL("SELECT count(*) FROM {}").format(Identifier(each))) for each in KEPT}
    ledgers = {name: fetch("GET", f"{stack.systems[name].admin_url}/ledger")["effects"] for name in LEDGERS}
    orders = fetch("GET", f"{stack.acquirer.admin_url}/ledger")["orders"]
    sent = fetch("GET", f"{stack.messages.url}/messages.json")["messages"]
    return {**kept, **ledgers, "orders": len(orders), "sent": len(sent)}
