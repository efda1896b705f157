"""The other screens by hand."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

from lxml import etree

from dev.bench.reference.reading import iso, key, name, policy, roubles, text
from dev.bench.reference.upstream import NS, Upstream

__all__ = ["claim_list", "hundred_policies", "life_page", "policy_page"]

Json = dict[str, Any]


async def held(upstream: Upstream, isn: int) -> list[etree._Element]:
    """Return the client's policies: whatever a page shows must be found among them."""
    return (await upstream.soap("FindPolicies", "ClientIsn", f"{isn}.0")).findall(f"{NS}Policy")


async def policy_page(upstream: Upstream, isn: int, today: date, number: str) -> Json:
    """One policy with all that belongs to it."""
    (row,) = [each for each in await held(upstream, isn) if text(each, "Number") == number]
    shown = policy(row, today)
    plans, documents, offer, rules = await asyncio.gather(
        upstream.soap("GetInstalments", "PolicyNumber", key(shown)),
        upstream.soap("GetDocumentList", "PolicyNumber", key(shown)),
        upstream.soap("GetRenewalOptions", "PolicyNumber", key(shown)),
        upstream.soap("GetProductRules", "ProductCode", shown["product"]["code"]),
    )
    return {
        "policy": {
            **shown,
            "participants": [
                {"role": "HOLDER" if text(each, "Role") == "1" else text(each, "Role"), "name": name(each)}
                for each in row.findall(f"{NS}Participant")
            ],
            "coverages": [
                {"risk": text(each, "RiskName"), "sumInsured": roubles(text(each, "SumInsured"))}
                for each in row.findall(f"{NS}Coverage")
            ],
            "instalments": [
                {
                    "number": text(each, "No"),
                    "dueOn": iso(text(each, "DueDate")),
                    "paidOn": iso(text(each, "PaidDate")),
                    "amount": roubles(text(each, "Amount")),
                }
                for each in plans.iter(f"{NS}Instalment")
            ],
            "documents": [
                {"title": text(each, "Title"), "fileName": text(each, "FileName"), "sizeBytes": text(each, "Size")}
                for each in documents.iter(f"{NS}Document")
            ],
            "renewal": {"eligible": offer.findtext(f"{NS}RenewalOptions/{NS}Allowed") == "Y"},
            "rules": {"title": rules.findtext(f"{NS}ProductRules/{NS}Title")},
        }
    }


async def claim_list(upstream: Upstream, isn: int, today: date) -> Json:
    """Every case of the client."""
    policies = [policy(row, today) for row in await held(upstream, isn)]
    by_number = {key(each): each for each in policies}
    claims = await upstream.claims([number for number, each in by_number.items() if each["line"] != "LIFE"])
    nodes = [
        {
            "id": each["id"],
            "number": each["number"],
            "status": each["state"],
            "registeredOn": each["registeredOn"],
            "event": each["event"],
            "policy": by_number[key({"number": each["policyNumber"]})],
            "timeline": each["timeline"],
            "requiredDocuments": each["documents"],
            "payouts": [{"paidOn": paid["paidOn"], "amount": paid["sum"]} for paid in each["payouts"]],
            "referral": each["referral"],
        }
        for each in sorted(claims, key=lambda each: each["event"]["occurredAt"], reverse=True)
    ]
    return {"viewer": {"client": {"claims": {"totalCount": len(nodes), "edges": [{"node": each} for each in nodes]}}}}


async def life_page(upstream: Upstream, isn: int, today: date, number: str, *, eager: bool) -> Json:
    """One life contract. An ``eager`` script asks for the contract and all that hangs on it at once."""
    (row,) = [each for each in await held(upstream, isn) if text(each, "Number") == number]
    asked = [key(policy(row, today))]
    contract = asyncio.create_task(upstream.life("contracts_by_number", contracts=asked))
    if not eager:
        await contract
    values, table, operations, orders = await asyncio.gather(
        upstream.valuations(asked),
        upstream.life("surrender_table", contracts=asked),
        upstream.life("operations_on_offer", contracts=asked),
        upstream.life("orders", contracts=asked),
    )
    terms, value = (await contract)["contracts"][0], values[0]
    sums = ("guaranteed", "investment_income", "available_income", "surrender_value")
    return {
        "policy": {
            "number": number,
            "lifeContract": {
                "id": terms["policy_isn"],
                "kind": terms["kind"],
                "product": terms["product"],
                "period": {"start": iso(terms["start"]), "end": iso(terms["end"])},
                "sumInsured": roubles(terms["sum_insured"]),
                "strategy": terms["strategy"],
                "beneficiaries": terms["beneficiaries"],
                "valuation": {
                    "asOf": value["as_of"],
                    "currentLevel": value["current_level"],
                    **{each: roubles(value[each]) for each in sums},
                    "payoutAtMaturity": roubles(value["payout_at_maturity"]),
                    "coupons": value["coupons"],
                },
                "surrenderTable": [{**each, "amount": roubles(each["amount"])} for each in table["items"][0]["rows"]],
                "operations": operations["items"][0]["operations"],
                "orders": orders["items"][0]["orders"],
            },
        }
    }


async def hundred_policies(upstream: Upstream, isn: int, today: date, *, eager: bool) -> Json:
    """A long list with its holder, who an ``eager`` script knows to be the one who asks."""
    person = asyncio.create_task(upstream.soap("GetClients", "Isn", f"{isn}.0")) if eager else None
    nodes = [policy(row, today) for row in await held(upstream, isn)]
    client = (await (person or upstream.soap("GetClients", "Isn", f"{isn}.0"))).find(f"{NS}Client")
    assert client is not None
    holder = {"id": str(isn), "profile": {"name": name(client)}}
    edges = [{"node": {**each, "holder": holder}} for each in nodes]
    return {"viewer": {"client": {"policies": {"totalCount": len(edges), "edges": edges}}}}
