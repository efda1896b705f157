"""Employees over HTTP, against a gateway with its own database."""

from __future__ import annotations

import tomllib
from typing import Any

import psycopg

from dev import queries
from dev.tokens import PEOPLE
from tests.e2e.asking import Gateway, fetch

REASON = "Звонок клиента, обращение 17"


def card(gateway: Gateway, person: str, reason: str | None) -> Any:
    headers = {
        "authorization": f"Bearer {gateway.stack.issuer.token(PEOPLE[person])}",
        "content-type": "application/json",
    }
    extensions = {} if reason is None else {"extensions": {"accessReason": reason}}
    return fetch(
        "POST", f"{gateway.stack.url}/graphql", {**queries.load()["client_card"].request, **extensions}, headers
    )


def recorded(gateway: Gateway) -> list[tuple[Any, ...]]:
    settings = tomllib.loads((gateway.stack.folder / "gateway.toml").read_text(encoding="utf-8"))
    with psycopg.connect(settings["store"]["address"]) as connection:
        return connection.execute("SELECT actor, client_isn, reason, operation FROM personal_reads").fetchall()


def test_a_customer_and_an_employee_without_scopes_find_nobody(gateway: Gateway) -> None:
    for person in ("second_client", "employee_without_scopes"):
        answer = card(gateway, person, REASON)
        assert answer["data"] == {"findClient": None}
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]


def test_an_employee_sees_a_person_whole_for_a_reason_that_is_recorded(gateway: Gateway) -> None:
    before = recorded(gateway)
    masked = card(gateway, "trusted_employee", None)["data"]["findClient"]["profile"]
    assert card(gateway, "employee", REASON)["data"]["findClient"]["profile"] == masked
    assert (masked["birthDate"], masked["phone"]["value"]) == (None, None)
    assert recorded(gateway) == before

    answer = card(gateway, "trusted_employee", REASON)

    assert "errors" not in answer
    whole = answer["data"]["findClient"]["profile"]
    assert whole["birthDate"]
    assert whole["phone"]["value"].startswith("+7")
    assert recorded(gateway)[len(before) :] == [
        (PEOPLE["trusted_employee"].subject, PEOPLE["client"].client_isn, REASON, "ClientCard")
    ]
