"""Valuation jobs and their results: contract/PROTOCOL.md, section 5."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from adapters.life_valuation.wire.envelope import Failure, Shape
from adapters.life_valuation.wire.fields import Fields, Unreadable

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

__all__ = ["CouponRecord", "Job", "JobDone", "JobLost", "JobWaiting", "ValuationRecord", "decode_job", "decode_poll"]


class Job(msgspec.Struct, frozen=True):
    """An accepted job. Units: milliseconds, None when the engine gives no estimate. Source: ``valuation_submit``."""

    job_id: str
    eta_ms: int | None


class JobWaiting(msgspec.Struct, frozen=True):
    """Not done yet. Units: milliseconds, None when the engine gives no estimate."""

    eta_ms: int | None


class JobDone(msgspec.Struct, frozen=True):
    """Done; ``items`` are still raw, for each may be unreadable by itself."""

    items: tuple[Fields, ...]


class JobLost(msgspec.Struct, frozen=True):
    """The engine knows no such job (any more)."""


def decode_job(result: Fields) -> Job:
    """Read the answer to a submit. Raises: ``Unreadable``."""
    return Job(result.text("job_id"), estimate(result))


def decode_poll(result: Fields) -> JobWaiting | JobDone | JobLost:
    """Read the answer to a poll. Raises: ``Unreadable``."""
    match result.text("state"):
        case "WAITING":
            return JobWaiting(estimate(result))
        case "DONE":
            return JobDone(result.listed("items", lambda item: item))
        case "NOT_FOUND":
            return JobLost()
        case _:
            raise Unreadable("state: unknown code")


def estimate(result: Fields) -> int | None:
    """Read the engine's estimate, which may be left out."""
    return result.whole("eta_ms") if "eta_ms" in result.row else None


class CouponRecord(msgspec.Struct, frozen=True):
    """One observation. Source: ``coupon``."""

    observed_on: date
    earned: bool | None
    amount: Decimal | None
    paid_on: date | None

    @classmethod
    def of(cls, row: Fields) -> CouponRecord:
        """Read one. Raises: ``Unreadable``."""
        return cls(
            row.date_iso("observed_on"),
            row.optional("earned", row.boolean),
            row.optional("amount", row.money),
            row.optional("paid_on", row.date_iso),
        )


class ValuationRecord(msgspec.Struct, frozen=True):
    """A valuation.

    Units: ``performance`` is a fraction; ``as_of`` in Moscow time, naive; ``fx_rate`` in roubles per unit.
    Source: ``valuation``.
    """

    contract: str
    as_of: datetime
    currency: str
    current_level: Decimal | None
    performance: Decimal | None
    guaranteed: Decimal | None
    investment_income: Decimal | None
    available_income: Decimal | None
    payout_at_maturity: Decimal
    surrender_value: Decimal | None
    coupons: tuple[CouponRecord, ...]
    fx_rate: Decimal | None
    tax_estimate: Decimal | None

    @classmethod
    def of(cls, item: Fields) -> ValuationRecord | Failure:
        """Read one item of a finished job, which may be that contract's failure. Raises: ``Unreadable``."""
        match item.text("status"):
            case "ERROR":
                return Failure(Shape.CALCULATION, text=item.text("error_text"))
            case "OK":
                return cls._good(item)
            case _:
                raise Unreadable("status: unknown code")

    @classmethod
    def _good(cls, item: Fields) -> ValuationRecord:
        return cls(
            contract=item.contract(),
            as_of=item.instant_iso("as_of"),
            currency=item.text("currency"),
            current_level=item.optional("current_level", item.number),
            performance=item.optional("performance", item.number),
            guaranteed=item.optional("guaranteed", item.money),
            investment_income=item.optional("investment_income", item.money),
            available_income=item.optional("available_income", item.money),
            payout_at_maturity=item.money("payout_at_maturity"),
            surrender_value=item.optional("surrender_value", item.money),
            coupons=item.listed("coupons", CouponRecord.of),
            fx_rate=item.optional("fx_rate", item.number),
            tax_estimate=item.optional("tax_estimate", item.money),
        )
