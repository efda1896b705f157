"""What stands on a policy, so that whoever has it at hand can read it off."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from domain import models, numbers
from domain.accounts import answers

__all__ = ["Printed", "printed_on"]

LINES_WITH_BIRTH_DATES: Final = frozenset({models.Line.TRAVEL, models.Line.HEALTH, models.Line.LIFE})
"""Whose policies name the persons insured with their birth dates, whatever the policy core keeps of these."""

MOTOR_LINES: Final = frozenset({models.Line.KASKO, models.Line.OSAGO})
UNKNOWN_VEHICLE: Final = models.Vehicle("", "", None, None, None, None, None)
VIN: Final = re.compile(r"[A-Z0-9]{17}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Printed:
    """What one policy tells; nothing, where there is none.

    ``months``: of its dates; ``None`` when not all are known. ``birth_dates``: it may tell that of the client.
    """

    years: frozenset[int] = frozenset()
    months: frozenset[int] | None = frozenset()
    vehicles: tuple[models.Vehicle, ...] = ()
    birth_dates: bool = False

    def may_show(self, vehicle: models.Vehicle) -> bool:
        """Return whether a vehicle is one of those on the policy, has the plate digits of one, or could be one."""
        return any(_may_be_same(vehicle, each) for each in self.vehicles)


def printed_on(
    policy: models.Policy, instalments_by_policy: Mapping[models.PolicyNumber, Sequence[models.Instalment]]
) -> Printed:
    """Return what stands on a policy. A date that stands there for something else counts too: its year can be tried."""
    dates = [policy.period.start, policy.period.end, policy.concluded_on]
    due = instalments_by_policy.get(policy.key)
    persons = [each for each in policy.insured_objects if isinstance(each, models.InsuredPerson)]
    vehicles = tuple(each for each in policy.insured_objects if isinstance(each, models.Vehicle))
    born = [each.birth_date.year for each in persons if each.birth_date]
    return Printed(
        years=frozenset([*(each.year for each in dates), *born, *(each.year for each in vehicles if each.year)]),
        months=None if due is None else frozenset(each.month for each in (*dates, *(one.due_on for one in due))),
        vehicles=vehicles or ((UNKNOWN_VEHICLE,) if policy.line in MOTOR_LINES else ()),
        birth_dates=policy.line in LINES_WITH_BIRTH_DATES or len(born) < len(persons),
    )


def _may_be_same(one: models.Vehicle, other: models.Vehicle) -> bool:
    plates = answers.plate(one.plate or ""), answers.plate(other.plate or "")
    if plates[0] and plates[1] and plates[0][1:4] == plates[1][1:4]:
        return True
    vins = numbers.plate(one.vin or ""), numbers.plate(other.vin or "")
    if all(VIN.fullmatch(each) for each in vins):
        return vins[0] == vins[1]
    # One car may have had both plates, but then the other one does not stand there.
    return not (plates[0] and plates[1])
