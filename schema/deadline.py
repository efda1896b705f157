"""Time limits by law or contract."""

from __future__ import annotations

from datetime import date

import strawberry

from domain import deadlines, texts
from schema import enums  # noqa: F401 - enums must be registered before they are named
from schema.caching import PART
from schema.fields import computed
from schema.shown import shown

__all__ = ["Deadline"]


@shown(deadlines.Deadline, description="A time limit at work: which rule, since when, until when.", keep=PART)
class Deadline:
    """Time limit."""

    rule: deadlines.DeadlineRule = strawberry.field(description="Which time limit.")
    title = computed(
        lambda root, ctx: texts.text(f"deadline.{root.rule}", ctx.locale),
        str,
        description="Its name in the reader's language.",
    )
    basis: deadlines.Basis = strawberry.field(description="Who set it.")
    counting: deadlines.Counting = strawberry.field(description="Which days count.")
    days: int = strawberry.field(description="How many days it lasts.")
    started_on: date = strawberry.field(description="Day it started; counting begins on the next.")
    due_on: date = strawberry.field(description="Last day in time, in Moscow.")
    days_left = computed(
        lambda root, ctx: (root.due_on - ctx.today).days,
        int,
        description="Days until the last day in time; below zero once it has passed.",
    )
