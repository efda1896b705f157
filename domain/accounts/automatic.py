"""When the insurer decides by itself that somebody needs an account: a rule over new policies, and what it said."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from domain.models import Client, Contact, ContactKind, Isn, Line, Policy, PolicyNumber, PolicyStatus

__all__ = ["MOST_NEW_DAYS", "OPEN", "Decision", "Outcome", "Rule", "RuleChange", "StandingRule", "confirmed_contacts"]

LIVE: Final = frozenset({PolicyStatus.AWAITING_PAYMENT, PolicyStatus.FUTURE, PolicyStatus.ACTIVE})
ROUBLES: Final = "RUB"
HASH_LENGTH: Final = 16
KOPECKS: Final = Decimal("0.01")
MOST_NEW_DAYS: Final = 366
MOST_PREMIUM: Final = Decimal(10) ** 12


class Outcome(StrEnum):
    """What was decided of a policy, and why."""

    ACCEPTED = "ACCEPTED"
    POLICY_UNKNOWN = "POLICY_UNKNOWN"
    NOT_NEW = "NOT_NEW"
    NOT_IN_FORCE = "NOT_IN_FORCE"
    LINE_NOT_WANTED = "LINE_NOT_WANTED"
    PREMIUM_TOO_LOW = "PREMIUM_TOO_LOW"
    CLIENT_UNKNOWN = "CLIENT_UNKNOWN"
    CONTACT_NOT_CONFIRMED = "CONTACT_NOT_CONFIRMED"
    HAS_ACCOUNT = "HAS_ACCOUNT"
    ALREADY_PREPARED = "ALREADY_PREPARED"
    UNREADABLE = "UNREADABLE"


OPEN: Final = frozenset({Outcome.CONTACT_NOT_CONFIRMED, Outcome.CLIENT_UNKNOWN, Outcome.UNREADABLE})
"""What may be decided otherwise once the policy core has news of the person."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided at an event of the journal.

    ``rule`` names the rule by what it said then, ``rule_number`` the version that an operator set; of the settings
    there is none.
    """

    seq: int
    client: Isn | None
    policy: PolicyNumber
    outcome: Outcome
    at: datetime
    rule: str
    rule_number: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """Whose new policy makes an account.

    ``least_premium`` is in roubles, None for any. ``contacts`` must be known to the policy core, and confirmed there.
    A policy is new for ``new_days`` days: what the journal tells later of it, or of old ones, makes no account.
    """

    lines: frozenset[Line]
    least_premium: Decimal | None
    contacts: frozenset[ContactKind]
    new_days: int

    @property
    def version(self) -> str:
        """The same for the same rule, however it is written down."""
        lines, contacts = (",".join(sorted(each)) for each in (self.lines, self.contacts))
        premium = "any" if self.least_premium is None else f"{self.least_premium:.2f}"
        text = f"lines={lines};premium={premium};contacts={contacts};days={self.new_days}"
        return hashlib.sha256(text.encode()).hexdigest()[:HASH_LENGTH]

    @property
    def fault(self) -> str | None:
        """Say why it cannot be a rule, if it cannot."""
        if not self.lines:
            return "lines: at least one; to prepare no accounts, switch the rule off"
        if not self.contacts:
            return "contacts: at least one, since the link has to go somewhere"
        if not 1 <= self.new_days <= MOST_NEW_DAYS:
            return f"new days: from 1 to {MOST_NEW_DAYS}"
        least = self.least_premium
        if least is not None and not (
            least.is_finite() and 0 <= least < MOST_PREMIUM and least == least.quantize(KOPECKS)
        ):
            return "least premium: roubles from 0, in whole kopecks"
        return None

    def of_policy(self, policy: Policy | None, today: date) -> Outcome | None:
        """Say what speaks against a policy, if anything does."""
        if policy is None:
            return Outcome.POLICY_UNKNOWN
        if policy.concluded_on + timedelta(days=self.new_days) <= today:
            return Outcome.NOT_NEW
        if policy.status not in LIVE:
            return Outcome.NOT_IN_FORCE
        if policy.line not in self.lines:
            return Outcome.LINE_NOT_WANTED
        least, premium = self.least_premium, policy.premium
        if least is not None and (premium.currency != ROUBLES or premium.amount < least):
            return Outcome.PREMIUM_TOO_LOW
        return None

    def of_client(self, client: Client | None) -> Outcome | None:
        """Say what speaks against a person, if anything does."""
        if client is None:
            return Outcome.CLIENT_UNKNOWN
        if not self.contacts or self.contacts - confirmed_contacts(client).keys():
            return Outcome.CONTACT_NOT_CONFIRMED
        return None


@dataclass(frozen=True, slots=True)
class StandingRule:
    """A rule as it stands: while it is not on, nothing is decided. ``number`` is None for the settings' own."""

    rule: Rule
    is_on: bool = True
    number: int | None = None


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A version of the rule, and who set it, why and when."""

    standing: StandingRule
    by: str
    reason: str
    at: datetime


def confirmed_contacts(client: Client) -> dict[ContactKind, str]:
    """Return what the policy core knows of a person and has confirmed."""
    contacts: tuple[Contact | None, ...] = (client.phone, client.email)
    return {each.kind: each.value for each in contacts if each is not None and each.confirmed and each.value}
