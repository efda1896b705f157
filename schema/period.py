"""Periods of cover."""

from __future__ import annotations

from datetime import date

import strawberry

from domain import models, terms
from schema.caching import PART
from schema.fields import computed
from schema.shown import shown

__all__ = ["Period"]


@shown(models.Period, description="Days of cover, in Moscow.", keep=PART)
class Period:
    """Period."""

    start: date = strawberry.field(description="First day.")
    end: date = strawberry.field(description="Last day.")
    days_left = computed(
        lambda root, ctx: terms.days_left(root, ctx.today), int, description="Days until the last day, 0 after it."
    )
