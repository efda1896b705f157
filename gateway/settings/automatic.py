"""Settings of automatic registration: whose new policy makes an account, and how the journal is followed for it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from domain.accounts.automatic import MOST_NEW_DAYS, Rule, StandingRule
from domain.models import ContactKind, Line
from gateway.settings.declaring import Between

__all__ = ["AutomaticSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomaticSettings:
    """Accounts that the gateway prepares by itself, for holders of new policies.

    This is the rule until an operator sets one with ``python -m gateway rule``; what is said here of it counts no more
    then.
    A client whose phone or e-mail the policy core has not confirmed gives it when opening the link.
    """

    enabled: Annotated[
        bool, "Prepare accounts; while it is false the journal is read on, and nobody gets one later"
    ] = False
    lines: Annotated[tuple[Line, ...], "Lines of insurance whose policies count"] = tuple(Line)
    least_premium: Annotated[Decimal | None, "Least premium of such a policy, in roubles; unset for any"] = None
    contacts: Annotated[tuple[ContactKind, ...], "Contacts that the policy core must know, and have confirmed"] = (
        ContactKind.PHONE,
        ContactKind.EMAIL,
    )
    new_days: Annotated[
        int, "Days for which a policy is new, the day of its conclusion the first", Between(1, MOST_NEW_DAYS)
    ] = 14
    from_start: Annotated[
        bool, "Follow a journal that was never followed from its first event on, instead of what comes from now on"
    ] = False
    pause_s: Annotated[float, "Seconds between two looks at the journal", Between(0.05, 3600)] = 5.0
    longest_pause_s: Annotated[float, "Longest pause while something fails, in seconds", Between(0.05, 3600)] = 60.0
    events: Annotated[int, "Events read at a time", Between(1, 500)] = 200
    call_s: Annotated[float, "Seconds that the policy core gets for one part of the journal", Between(1, 300)] = 30.0

    def __post_init__(self) -> None:
        if not self.contacts:
            raise ValueError("contacts: at least one, since the link has to go somewhere")

    @property
    def standing(self) -> StandingRule:
        """The rule, and whether it is on."""
        rule = Rule(frozenset(self.lines), self.least_premium, frozenset(self.contacts), self.new_days)
        return StandingRule(rule, self.enabled)
