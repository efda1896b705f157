"""Faults that a storm is made of: gusts that come and go by chance, and what comes in every storm."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final, TypeAlias

__all__ = ["CLOSED_S", "GUSTS", "METS", "Gust", "always", "at_first"]

Parameters: TypeAlias = Callable[[Random, float], Mapping[str, Any]]

CORE: Final = (
    "*",
    "CreateBill",
    "CreateOnlineBill",
    "ConfirmPayment",
    "QuoteRenewal",
    "CreateAgreement",
    "GetRenewalOptions",
    "GetInstalments",
    "GetPolicies",
    "FindPolicies",
)
WRITES: Final = ("CreateBill", "CreateOnlineBill", "ConfirmPayment", "CreateAgreement", "CreateAgreement")
CLAIMS: Final = ("recordDeductible", "recordDeductible", "*")
ORDERS: Final = ("getOrder", "cancelOrder")
MERCHANT: Final = (*ORDERS, "chargeOrder")
PAGE: Final = ("payPage", "pay")
BROKEN: Final = (
    "reset_mid_body",
    "http_500",
    "http_503",
    "html_page",
    "truncated_body",
    "wrong_charset",
    "soap_fault",
    "in_band_error",
    "expired_token",
    "float_id",
)
CALLBACKS: Final = ("callback_lost", "callback_late", "callback_repeated", "callback_early", "callback_forged")


@dataclass(frozen=True, slots=True)
class Gust:
    """Faults of one system that come alike: one of ``faults`` at one of ``operations`` for a while."""

    system: str
    faults: tuple[str, ...]
    operations: tuple[str, ...]
    weight: int
    parameters: Parameters


def sometimes(random: Random, _lasts_s: float) -> Mapping[str, Any]:
    """At a part of the calls."""
    return {"probability": round(random.uniform(0.1, 0.9), 2)}


def for_long(random: Random, _lasts_s: float) -> Mapping[str, Any]:
    """At a part of the calls, for longer than anybody waits."""
    return {"probability": round(random.uniform(0.1, 0.6), 2), "seconds": 10}


def slowly(random: Random, _lasts_s: float) -> Mapping[str, Any]:
    """At a part of the calls, some of them longer than anybody waits."""
    return {"probability": round(random.uniform(0.2, 0.9), 2), "seconds": round(random.uniform(0.1, 1.5), 2)}


def throughout(_random: Random, lasts_s: float) -> Mapping[str, Any]:
    """At every call while it lasts."""
    return {"seconds": lasts_s}


def until_then(_random: Random, lasts_s: float) -> Mapping[str, Any]:
    """At every call until an instant that is told."""
    return {"until": (datetime.now(UTC) + timedelta(seconds=lasts_s)).isoformat()}


def mostly(_random: Random, _lasts_s: float) -> Mapping[str, Any]:
    """At most of the calls."""
    return {"probability": 0.7}


def seldom(random: Random, _lasts_s: float) -> Mapping[str, Any]:
    """At few of the calls."""
    return {"probability": round(random.uniform(0.1, 0.3), 2)}


GUSTS: Final = (
    Gust("policy_core", ("timeout_after_commit",), CORE, 5, for_long),
    Gust("policy_core", ("timeout_after_commit",), WRITES, 4, for_long),
    Gust("policy_core", ("hang",), CORE, 3, for_long),
    Gust("policy_core", BROKEN, CORE, 5, sometimes),
    # Not all over: an event of the journal whose kind nobody knows is passed over for good.
    Gust("policy_core", ("unknown_enum",), CORE[1:], 1, sometimes),
    Gust("policy_core", ("slow_first_byte", "slow_body"), CORE, 2, slowly),
    Gust("policy_core", ("stale_read",), ("*",), 2, sometimes),
    Gust("policy_core", ("too_many_requests",), ("*",), 1, sometimes),
    Gust("policy_core", ("maintenance",), ("*",), 2, until_then),
    Gust("policy_core", ("refuse_connection",), ("*",), 1, throughout),
    Gust("claims_core", ("timeout_after_commit",), ("recordDeductible",), 3, for_long),
    Gust("claims_core", ("hang",), CLAIMS, 1, for_long),
    Gust("claims_core", ("http_503", "reset_mid_body", "html_page", "expired_token"), CLAIMS, 2, sometimes),
    Gust("claims_core", ("stale_read",), ("*",), 1, sometimes),
    Gust("claims_core", ("maintenance",), ("*",), 1, until_then),
    Gust("acquirer", ("timeout_after_commit", "hang"), (*ORDERS, *PAGE), 4, for_long),
    Gust("acquirer", ("hang",), ("chargeOrder",), 1, for_long),
    Gust("acquirer", ("http_500", "reset_mid_body", "html_page", "truncated_body"), (*MERCHANT, *PAGE), 3, sometimes),
    Gust("acquirer", ("expired_token", "unknown_enum"), MERCHANT, 2, sometimes),
    Gust("acquirer", CALLBACKS, ("pay",), 5, mostly),
    Gust("acquirer", CALLBACKS[1:], ("chargeOrder",), 2, mostly),
    Gust("acquirer", ("maintenance",), ("*",), 1, until_then),
    Gust("acquirer", ("refuse_connection",), ("*",), 1, throughout),
    Gust("acquirer", ("amount_rise",), ("payPage", "chargeOrder"), 2, seldom),
    Gust("messages", ("timeout_after_commit", "hang"), ("sendSms", "sendMail"), 2, for_long),
    Gust("messages", ("http_503", "reset_mid_body"), ("sendSms", "sendMail"), 2, sometimes),
    Gust("messages", ("maintenance",), ("*",), 1, until_then),
)

ONCE: Final = (
    ("policy_core", "timeout_after_commit", "CreateAgreement"),
    ("policy_core", "timeout_after_commit", "ConfirmPayment"),
    ("acquirer", "callback_repeated", "pay"),
)
"""What happens to the next call, at every turn, whatever gusts come and go."""
FIRST: Final = (("policy_core", "hang", "*"), ("policy_core", "reset_mid_body", "*"))
"""What happens to the next call at the first turn alone."""
CLOSED_S: Final = 0.5
"""How long the policy core is in maintenance at the beginning."""
CHARGES: Final = (("timeout_after_commit", "callback_lost"), ("in_band_error",))
"""What happens to a charge, one time this and one time that: nobody hears that it has paid, or the bank declines."""
WAITS: Final = frozenset({"timeout_after_commit", "hang"})
AGAIN: Final = (1, 20, 400)
"""So many events of the journal that were read before come again."""
METS: Final = (
    *dict.fromkeys(f"{system} {fault}" for system, fault, _ in (*ONCE, *FIRST)),
    *(f"acquirer {fault}" for fault in CHARGES[0]),
    "policy_core redelivered_events",
    "policy_core maintenance",
)
"""Faults that no storm is without: each system's name, and the fault's."""


def at_first() -> Mapping[str, Any]:
    """What the policy core begins with."""
    return {"fault": "maintenance", "operation": "*", **until_then(Random(0), CLOSED_S)}


def always(random: Random, turn: int) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What comes at every turn, from the first on. An answer that is lost comes later than anybody waits."""
    charge = (("acquirer", fault, "chargeOrder") for fault in CHARGES[turn % len(CHARGES)])
    for system, fault, operation in (*ONCE, *charge, *(FIRST if turn == 0 else ())):
        more = {"seconds": 10} if fault in WAITS else {}
        yield system, {"fault": fault, "operation": operation, "next_calls": 1, **more}
    journal = {"operation": "GetJournal", "probability": 0.5}
    yield "policy_core", {"fault": "redelivered_events", "count": random.choice(AGAIN), **journal}
    yield "policy_core", {"fault": "duplicated_rows", "count": 5, **journal}
