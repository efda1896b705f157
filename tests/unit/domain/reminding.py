"""Reminders of what is held, on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from domain import models, reminders
from domain.reminders import Holdings, Reminder, ReminderKind
from tests.fakes import objects
from tests.fakes.clock import TODAY
from tests.fakes.objects import in_days

__all__ = ["SETTLED", "kinds", "shown", "with_instalments"]

SETTLED: Final = objects.policy(period=models.Period(in_days(-30), in_days(335)))
"""A policy that asks for nothing today."""


def shown(today: date = TODAY, **held: Any) -> list[Reminder]:
    """Return what shows on a day."""
    return list(reminders.reminders(Holdings(**held), today))


def kinds(found: Sequence[Reminder]) -> list[ReminderKind]:
    """Return the kinds alone."""
    return [each.kind for each in found]


def with_instalments(*instalments: models.Instalment, policy: models.Policy = SETTLED) -> dict[str, Any]:
    """Return a policy and its instalments, as held."""
    return {"policies": (policy,), "instalments": {policy.key: instalments}}
