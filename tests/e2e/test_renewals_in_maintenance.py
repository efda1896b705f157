"""The policy core closes while a customer signs: accepted, numbered, shown as waiting, and agreed when it is back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import psycopg
import pytest

from dev.demo.stack import Stack
from dev.tokens import Person
from tests.e2e.asking import fetch
from tests.e2e.paying import until
from tests.e2e.renewing import Renewer, plain

PATIENT: Final = Person("client-who-signs-at-night", 2596518352)
ENDING: Final = "K20939749"
CLOSED_S: Final = 8
OFFER: Final = "id number state acceptedAt signedAt newPolicyNumber replacedBy failure failureText"
SIGN: Final = f"""mutation($key: String!, $offer: ID!, $code: String!) {{
  signRenewal(key: $key, offerId: $offer, code: $code) {{ offer {{ {OFFER} }} errors {{ __typename }} }} }}"""
READ: Final = f"query($id: ID!) {{ renewalOffer(id: $id) {{ {OFFER} }} renewalOffers {{ id state }} }}"


@pytest.fixture
def open_again(stack: Stack) -> Iterator[None]:
    """The policy core is open in the end, whatever happens."""
    yield
    fetch("DELETE", f"{stack.systems['policy_core'].admin_url}/faults")


def close(stack: Stack) -> None:
    """Close the policy core for everything, and say until when."""
    until = (datetime.now(UTC) + timedelta(seconds=CLOSED_S)).isoformat()
    fault = {"fault": "maintenance", "operation": "*", "until": until}
    fetch("PUT", f"{stack.systems['policy_core'].admin_url}/faults", fault)


def agreements(stack: Stack) -> list[Any]:
    return list(fetch("GET", f"{stack.systems['policy_core'].admin_url}/ledger")["agreements"])


def written_down(stack: Stack) -> str:
    """Logs of our own processes, and what jobs were given."""
    logs = [(stack.folder / f"{name}.log").read_text(encoding="utf-8") for name in ("gateway", "worker")]
    assert stack.database is not None
    with psycopg.connect(stack.database.address()) as connection:
        jobs = connection.execute("SELECT args::text FROM procrastinate_jobs").fetchall()
    return "\n".join([*logs, *(each for (each,) in jobs)])


def test_a_signature_is_accepted_and_numbered_and_waits_for_the_core(stack: Stack, open_again: None) -> None:
    olga = Renewer.registered(stack, PATIENT)
    policy = olga.policy(ENDING)
    offer = olga.price("price-at-night", policy, plain(policy["renewal"]["choices"]["proposed"]))["offer"]
    code = olga.accept("acceptance-at-night", offer)
    before = len(agreements(stack))

    close(stack)
    given = {"key": "signature-at-night", "offer": offer["id"], "code": code}
    signed = olga.person.ask(SIGN, **given)["signRenewal"]
    assert signed["errors"] == []
    waiting = signed["offer"]
    assert (waiting["number"], waiting["state"]) == (offer["number"], "SIGNED")
    assert waiting["acceptedAt"] <= waiting["signedAt"]
    nothing_yet = dict.fromkeys(("newPolicyNumber", "replacedBy", "failure", "failureText"))
    assert {name: waiting[name] for name in nothing_yet} == nothing_yet
    assert olga.person.ask(SIGN, **given)["signRenewal"] == signed
    told = olga.person.ask(READ, id=offer["id"])
    assert (told["renewalOffer"], told["renewalOffers"]) == (waiting, [{"id": offer["id"], "state": "SIGNED"}])
    assert len(agreements(stack)) == before

    # Asked without what the core would have to say.
    until(lambda: olga.person.ask(READ, id=offer["id"])["renewalOffer"]["state"] == "AGREED")
    agreed = olga.offer(offer)
    [made] = agreements(stack)[before:]
    assert agreed["newPolicyNumber"] == made["number"]
    assert agreed["newPolicy"]["status"] == "AWAITING_PAYMENT"
    assert not olga.is_reminded_of(ENDING)
    payment = olga.becomes(olga.pay("payment-at-night", offer)["payment"], "OPEN")
    assert payment["amount"] == offer["firstInstalment"]
    seen = written_down(stack)
    assert "CREATE_AGREEMENT" in seen
    assert not re.search(rf"(?<![\w.]){code}(?!\w)", seen)
    assert olga.phone.removeprefix("+7") not in seen
