"""What is known of renewals after a storm: offers as customers heard of them, and what the core made of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

__all__ = ["Agreement", "Document", "HeardOfOffers", "Offer", "Quote", "Signature", "ToldOffer", "choice", "terms"]


def choice(
    coverages: Iterable[tuple[str, str]], deductible: str | None, instalments: int, drivers: Iterable[int] | None
) -> str:
    """Spell a choice, whoever tells of it, so that equal ones are equal."""
    sums = sorted(f"{risk} {Decimal(insured):.2f}" for risk, insured in coverages)
    borne = "nothing" if deductible is None else f"{Decimal(deductible):.2f}"
    driving = "anybody" if drivers is None else " ".join(map(str, sorted(drivers)))
    return f"{', '.join(sums)}; {borne} borne; {instalments} parts; drivers {driving}"


def terms(what: str, starts_on: str, ends_on: str) -> str:
    """Spell what is covered, and from when until when."""
    return f"{what}; {starts_on}/{ends_on}"


@dataclass(frozen=True, slots=True)
class ToldOffer:
    """How an offer was, in one answer of the gateway. ``id`` is its global id, ``new`` the number of the new policy.

    ``terms``: what it covers, and from when until when, as ``terms`` spells it.
    """

    id: str
    state: str
    premium: Decimal
    first: Decimal
    new: str | None = None
    replaced_by: str | None = None
    terms: str = ""


@dataclass(slots=True)
class HeardOfOffers:
    """What one customer heard. ``tabs``: in each, one after another. ``granted``: by which key which offers came.

    ``meant``: offers for which the customer sent the code that had come. ``signed``: those told to be signed.
    ``renewed``: offers by which, as the customer was told, the policy is renewed already. ``too_soon``: what told so
    when the customer had signed nothing yet. ``forced``: offers that were signed with a code that never came.
    ``asked``: the choice for which an offer was made.
    """

    tabs: dict[str, list[ToldOffer]] = field(default_factory=dict)
    granted: dict[str, set[str]] = field(default_factory=dict)
    meant: set[str] = field(default_factory=set)
    signed: set[str] = field(default_factory=set)
    renewed: set[str] = field(default_factory=set)
    too_soon: set[str] = field(default_factory=set)
    forced: set[str] = field(default_factory=set)
    asked: dict[str, str] = field(default_factory=dict)
    last: dict[str, ToldOffer] = field(default_factory=dict)

    @property
    def told(self) -> list[ToldOffer]:
        """Everything, what is told in the end last."""
        return [*(told for seen in self.tabs.values() for told in seen), *self.last.values()]


@dataclass(frozen=True, slots=True)
class Quote:
    """A price that the policy core named, for a policy on these terms."""

    quote: int
    policy: int
    premium: Decimal
    terms: str = ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement that the policy core made of a quote; ``policy`` and ``number`` are the new policy's."""

    agreement: int
    quote: int
    policy: int
    number: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document that the policy core issued for a policy, of a kind."""

    policy: int
    kind: str


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer as the gateway's table has it. ``id`` is its global id, ``policy`` the one that is renewed."""

    id: str
    number: int
    account: str
    policy: int
    state: str
    quote: int
    agreement: int | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature as the gateway's table has it."""

    offer: str
    account: str
    document: str
    digest: bytes
