"""Who takes part in a policy, in which role."""

from decimal import Decimal

from dev.simulators.population.dice import Dice
from dev.simulators.population.records import Client, InsuredPerson, Line, Participant, Role

OTHERS = 2
_SHARES = ((100,), (50, 50), (70, 30), (60, 40))


def participants(dice: Dice, line: Line, holder: Client, others: tuple[Client, ...]) -> tuple[Participant, ...]:
    """The holder first, then the roles of the line."""
    found = [_participant(Role.HOLDER, holder)]
    if line in (Line.KASKO, Line.OSAGO):
        found.append(_participant(Role.OWNER, others[0] if dice.chance(15) else holder))
        found += [_participant(Role.DRIVER, driver) for driver in (holder, *others)[: dice.between(1, 1 + OTHERS)]]
    elif line is Line.PROPERTY:
        found.append(_participant(Role.OWNER, holder))
        if dice.chance(40):
            found.append(_participant(Role.BENEFICIARY, others[0], Decimal(100)))
    elif line is Line.LIFE:
        found.append(_participant(Role.LIFE_ASSURED, holder))
        shares = dice.pick(_SHARES)
        found += [
            _participant(Role.BENEFICIARY, person, Decimal(share))
            for person, share in zip(others, shares, strict=False)
        ]
    return tuple(found)


def insured_persons(dice: Dice, line: Line, holder: Client, others: tuple[Client, ...]) -> tuple[InsuredPerson, ...]:
    """The persons insured: for a life contract the holder, otherwise perhaps others too."""
    persons = (holder,) if line is Line.LIFE else (holder, *others)[: dice.between(1, 1 + OTHERS)]
    return tuple(InsuredPerson(person.isn, person.name, person.birth_date) for person in persons)


def _participant(role: Role, person: Client, share: Decimal | None = None) -> Participant:
    return Participant(role, person.isn, person.name, share)
