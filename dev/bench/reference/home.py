"""The home screen by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from datetime import date, timedelta
from typing import Any, Final

from dev.bench.reference.reading import day, days_left, iso, key, name, policy, roubles, text
from dev.bench.reference.upstream import NS, Upstream

__all__ = ["home_screen"]

Json = dict[str, Any]

SHOWN: Final = {"ACTIVE", "FUTURE", "AWAITING_PAYMENT"}
RENEWAL: Final = timedelta(days=45)


async def home_screen(upstream: Upstream, isn: int, today: date) -> Json:
    """Profile, reminders, policies, life contracts."""
    contracts = asyncio.create_task(upstream.life("contracts_by_client", clients=[str(isn)]))
    valued = asyncio.create_task(life_contracts(upstream, contracts, today))
    person = asyncio.create_task(upstream.soap("GetClients", "Isn", f"{isn}.0"))
    found = await upstream.soap("FindPolicies", "ClientIsn", f"{isn}.0")
    policies = [policy(row, today) for row in found.findall(f"{NS}Policy")]
    shown = [each for each in policies if each["status"] in SHOWN]
    renewing = [
        each
        for each in shown
        if each["status"] == "ACTIVE" and each["line"] != "LIFE" and day(each["period"]["end"]) <= today + RENEWAL
    ]
    plans, claims, offers = await asyncio.gather(
        upstream.soap("GetInstalments", "PolicyNumber", *map(key, shown)),
        upstream.claims([key(each) for each in policies if each["line"] != "LIFE"]),
        renewals(upstream, renewing),
    )
    told = await contracts
    client = (await person).find(f"{NS}Client")
    assert client is not None
    items = instalments_due(plans, today) + claims_open(claims) + maturing(told, today) + consents(client, today)
    items += offers
    profile = {"name": name(client), "phone": masked(text(client, "Phone")), "email": masked(text(client, "Email"))}
    return {
        "viewer": {
            "client": {
                "profile": profile,
                "reminders": {"items": sorted(items, key=lambda each: each["dueOn"] or "9"), "unavailable": []},
                "policies": {"totalCount": len(shown), "edges": [{"node": each} for each in shown]},
                "lifeContracts": await valued,
            }
        }
    }


async def renewals(upstream: Upstream, policies: Sequence[Json]) -> list[Json]:
    """Ask for the offer of each renewal; the system takes one policy a call."""
    replies = await asyncio.gather(
        *(upstream.soap("GetRenewalOptions", "PolicyNumber", key(each)) for each in policies)
    )
    return [
        reminder("RENEWAL_DUE", each["period"]["end"], roubles(reply.findtext(f"{NS}RenewalOptions/{NS}Premium")))
        for each, reply in zip(policies, replies, strict=True)
        if reply.findtext(f"{NS}RenewalOptions/{NS}Allowed") == "Y"
    ]


async def life_contracts(upstream: Upstream, contracts: Awaitable[Json], today: date) -> list[Json]:
    """Show each contract with its value."""
    rows = (await contracts)["clients"][0]["contracts"]
    values = await upstream.valuations([each["contract"] for each in rows])
    return [
        {
            "id": each["policy_isn"],
            "number": each["contract"],
            "kind": each["kind"],
            "product": each["product"],
            "period": {"end": iso(each["end"]), "daysLeft": days_left(iso(each["end"]) or "", today)},
            "valuation": {"asOf": value["as_of"], "payoutAtMaturity": roubles(value["payout_at_maturity"])},
        }
        for each, value in zip(rows, values, strict=True)
    ]


def instalments_due(plans: Any, today: date) -> list[Json]:
    """Return what is to be paid in thirty days, or should have been."""
    items = []
    for part in plans.iter(f"{NS}Instalment"):
        due = iso(text(part, "DueDate")) or ""
        if text(part, "PaidDate") is None and day(due) <= today + timedelta(days=30):
            kind = "INSTALMENT_OVERDUE" if day(due) < today else "INSTALMENT_DUE"
            items.append(reminder(kind, due, roubles(text(part, "Amount"))))
    return items


def claims_open(claims: Sequence[Json]) -> list[Json]:
    """Return what claims wait for."""
    items = []
    for claim in claims:
        if claim["inspectionAt"] is not None:
            items.append(reminder("INSPECTION", claim["inspectionAt"][:10]))
        if claim["referral"] is not None and claim["referral"]["deductiblePaidOn"] is None:
            kopecks = claim["referral"]["deductibleKopecks"]
            items.append(reminder("DEDUCTIBLE_DUE", claim["referral"]["validUntil"], roubles((kopecks or 0) / 100)))
        if any(each["state"] in {"awaited", "rejected"} for each in claim["documents"]):
            items.append(reminder("DOCUMENTS_REQUIRED", None))
    return items


def maturing(told: Json, today: date) -> list[Json]:
    """Return the contracts that end in half a year."""
    ends = [iso(each["end"]) or "" for each in told["clients"][0]["contracts"]]
    return [reminder("MATURITY_SOON", end) for end in ends if today <= day(end) <= today + timedelta(days=180)]


def consents(client: Any, today: date) -> list[Json]:
    """Return the consents that end in a month."""
    ends = [iso(text(each, "ExpiryDate")) for each in client.findall(f"{NS}Consent")]
    return [
        reminder("CONSENT_EXPIRING", end) for end in ends if end and today <= day(end) <= today + timedelta(days=30)
    ]


def reminder(kind: str, due_on: str | None, amount: Json | None = None) -> Json:
    """Put a reminder together."""
    return {"id": f"{kind}:{due_on}", "kind": kind, "dueOn": due_on, "amount": amount}


def masked(secret: str | None) -> Json:
    """Hide most of a phone or an address."""
    return {"masked": f"{(secret or '')[:2]}***{(secret or '')[-4:]}"}
