"""Records of contracts and of what hangs on them: contract/PROTOCOL.md, sections 2 to 4."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    from adapters.life_valuation.wire.fields import Fields

__all__ = [
    "BeneficiaryRecord",
    "ContractRecord",
    "ContractStrategy",
    "CouponTermsRecord",
    "LevelRecord",
    "LevelsRecord",
    "OperationRecord",
    "OrderRecord",
    "StrategyRecord",
    "SurrenderRecord",
    "SurrenderTableRecord",
]


class CouponTermsRecord(msgspec.Struct, frozen=True):
    """Coupon terms. Units: percents. Source: ``coupon_terms``."""

    barrier: Decimal
    rate: Decimal
    memory: bool
    observation_dates: tuple[date, ...]

    @classmethod
    def of(cls, terms: Fields) -> CouponTermsRecord:
        """Read one. Raises: ``Unreadable``."""
        dates = terms.dates_ru("observation_dates")
        return cls(terms.grouped("barrier"), terms.grouped("rate"), terms.flag("memory"), dates)


class ContractStrategy(msgspec.Struct, frozen=True):
    """The strategy a contract follows. Units: ``participation`` in percent. Source: ``contract_strategy``."""

    code: str
    name: str
    ticker: str
    underlying: str
    participation: Decimal

    @classmethod
    def of(cls, row: Fields) -> ContractStrategy:
        """Read one. Raises: ``Unreadable``."""
        return cls(
            row.text("code"),
            row.text("name"),
            row.text("ticker"),
            row.text("underlying"),
            row.grouped("participation"),
        )


class BeneficiaryRecord(msgspec.Struct, frozen=True):
    """Who is paid. Units: ``share`` in percent. Source: ``beneficiary``."""

    last: str
    first: str
    patronymic: str | None
    share: Decimal

    @classmethod
    def of(cls, row: Fields) -> BeneficiaryRecord:
        """Read one. Raises: ``Unreadable``."""
        patronymic = row.optional("patronymic", row.text)
        return cls(row.text("last"), row.text("first"), patronymic, row.grouped("share"))


class ContractRecord(msgspec.Struct, frozen=True):
    """A contract's terms. Units: ``guarantee`` and ``cap`` in percent. Source: ``contract_record``."""

    contract: str
    policy_isn: int
    client_isn: int
    kind: str
    product: str
    start: date
    end: date
    currency: str
    sum_insured: Decimal
    premium: Decimal
    premiums_paid: Decimal
    guarantee: Decimal | None
    payoff: str | None
    cap: Decimal | None
    averaging_dates: tuple[date, ...]
    strategy: ContractStrategy | None
    start_level: Decimal | None
    coupon_terms: CouponTermsRecord | None
    beneficiaries: tuple[BeneficiaryRecord, ...]

    @classmethod
    def of(cls, row: Fields) -> ContractRecord:
        """Read one. Raises: ``Unreadable``."""
        return cls(
            contract=row.contract(),
            policy_isn=row.isn("policy_isn"),
            client_isn=row.isn("client_isn"),
            kind=row.text("kind"),
            product=row.text("product"),
            start=row.date_ru("start"),
            end=row.date_ru("end"),
            currency=row.text("currency"),
            sum_insured=row.grouped("sum_insured"),
            premium=row.grouped("premium"),
            premiums_paid=row.grouped("premiums_paid"),
            guarantee=row.optional("guarantee", row.grouped),
            payoff=row.optional("payoff", row.text),
            cap=row.optional("cap", row.grouped),
            averaging_dates=row.dates_ru("averaging_dates"),
            strategy=row.optional("strategy", lambda name: ContractStrategy.of(row.nested(name))),
            start_level=row.optional("start_level", row.level),
            coupon_terms=row.optional("coupon_terms", lambda name: CouponTermsRecord.of(row.nested(name))),
            beneficiaries=row.listed("beneficiaries", BeneficiaryRecord.of),
        )


class StrategyRecord(msgspec.Struct, frozen=True):
    """A strategy on offer; ``underlyings`` are pairs of ticker and name. Units: ``participation`` is a fraction.

    Source: ``strategies_on_offer``.
    """

    code: str
    name: str
    underlyings: tuple[tuple[str, str], ...]
    participation: Decimal

    @classmethod
    def of(cls, row: Fields) -> StrategyRecord:
        """Read one. Raises: ``Unreadable``."""
        underlyings = row.listed("underlyings", lambda each: (each.text("ticker"), each.text("name")))
        return cls(row.text("code"), row.text("name"), underlyings, row.number("participation"))


class OperationRecord(msgspec.Struct, frozen=True):
    """An operation and whether it is on offer. Source: ``operations_on_offer``."""

    operation_code: int
    available: bool
    reason: str | None

    @classmethod
    def of(cls, row: Fields) -> OperationRecord:
        """Read one. Raises: ``Unreadable``."""
        return cls(row.whole("operation_code"), row.flag("available"), row.optional("reason", row.text))


class OrderRecord(msgspec.Struct, frozen=True):
    """An order. Units: ``submitted`` in Moscow time, naive. Source: ``orders``."""

    order_id: str
    operation_code: int
    state: str
    submitted: datetime

    @classmethod
    def of(cls, row: Fields) -> OrderRecord:
        """Read one. Raises: ``Unreadable``."""
        submitted = row.instant_ru("submitted")
        return cls(row.text("order_id"), row.whole("operation_code"), row.text("state"), submitted)


class SurrenderRecord(msgspec.Struct, frozen=True):
    """One year of a surrender table. Units: percent of premiums paid. Source: ``surrender_table``."""

    year: int
    starts: date
    percent: Decimal
    amount: Decimal

    @classmethod
    def of(cls, row: Fields) -> SurrenderRecord:
        """Read one. Raises: ``Unreadable``."""
        return cls(row.whole("year"), row.date_ru("starts"), row.number("percent"), row.grouped("amount"))


class SurrenderTableRecord(msgspec.Struct, frozen=True):
    """A surrender table. Source: ``surrender_table``."""

    currency: str
    rows: tuple[SurrenderRecord, ...]

    @classmethod
    def of(cls, item: Fields) -> SurrenderTableRecord:
        """Read one. Raises: ``Unreadable``."""
        return cls(item.text("currency"), item.listed("rows", SurrenderRecord.of))


class LevelRecord(msgspec.Struct, frozen=True):
    """A closing level. Source: ``underlying_levels``."""

    date: date
    level: Decimal

    @classmethod
    def of(cls, row: Fields) -> LevelRecord:
        """Read one. Raises: ``Unreadable``."""
        return cls(row.date_iso("date"), row.level("level"))


class LevelsRecord(msgspec.Struct, frozen=True):
    """An underlying's levels. Source: ``underlying_levels``."""

    ticker: str
    name: str
    levels: tuple[LevelRecord, ...]

    @classmethod
    def of(cls, row: Fields) -> LevelsRecord:
        """Read one. Raises: ``Unreadable``."""
        return cls(row.text("ticker"), row.text("name"), row.listed("levels", LevelRecord.of))
