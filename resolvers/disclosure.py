"""What an employee is shown whole in one request, and whose it is: the ground of the audit.

Leaves note which objects they showed whole, the context which objects came from the systems. The two are put together
once, when the operation has been run: whoever holds the object that a shown one is a part of was read.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from typing import TYPE_CHECKING, Any

from domain import models
from domain.errors import PersonalDataWithheld

if TYPE_CHECKING:
    from resolvers.context import Context

__all__ = ["Disclosure"]


@dataclass(eq=False, slots=True)
class Disclosure:
    """Listens to one request of an employee who may see personal data, for a stated reason."""

    reason: str
    _shown: dict[int, object] = field(default_factory=dict)
    """By identity: parts of two policies may be equal."""
    _came: list[tuple[Any, Any]] = field(default_factory=list)

    def shown(self, owner: object) -> None:
        """Note that something personal of an object is shown whole."""
        self._shown[id(owner)] = owner

    def came(self, keys: Iterable[Any], outcomes: Iterable[Any]) -> None:
        """Note what a read answered."""
        self._came += zip(keys, outcomes, strict=True)

    async def clients(self, ctx: Context) -> Sequence[models.Isn]:
        """Return the clients whose personal data was shown, in order.

        Raises: ``PersonalDataWithheld`` when of something shown it cannot be told whose it is, ``SourceError``.
        """
        if not self._shown:
            return ()
        found, owners, policies = set[int](), set[models.Isn](), set[models.PolicyNumber]()
        claims = {each.id: each for _, came in self._came for each in roots(came) if isinstance(each, models.Claim)}
        for key, came in [*self._came]:
            for whole in roots(came):
                held = {id(each) for each in parts(whole)} & self._shown.keys()
                if not held:
                    continue
                found |= held
                whose = claims.get(key, whole) if isinstance(whole, models.ClaimMessage) else whole
                if isinstance(whose, models.Claim):
                    policies.add(whose.policy_number)
                else:
                    owners |= persons(whose, self._shown)
        if self._shown.keys() - found:
            raise PersonalDataWithheld("nobody's part")
        return sorted(owners | {each async for each in holders(ctx, policies)})


async def holders(ctx: Context, numbers: Iterable[models.PolicyNumber]) -> AsyncIterator[models.Isn]:
    """Go through the holders of policies; asked of the core where the request does not know them yet."""
    for outcome in await ctx.many(ctx.reads.policies_by_number, sorted(numbers)):
        if not isinstance(outcome, models.Policy):
            raise PersonalDataWithheld("nobody's policy")
        yield outcome.holder_isn


def persons(whole: object, shown: Mapping[int, object]) -> set[models.Isn]:
    """Return whose an object is, and the clients who were shown as its participants.

    Raises: ``PersonalDataWithheld`` for one of which that is not known.
    """
    match whole:
        case models.Client():
            return {whole.isn}
        case models.LifeContract():
            return {whole.holder_isn}
        case models.Policy():
            others = {each.isn for each in whole.participants if id(each) in shown and each.isn is not None}
            return {whole.holder_isn, *others}
        case _:
            raise PersonalDataWithheld(f"nobody's {type(whole).__name__}")


def roots(came: Any) -> Iterable[Any]:
    """Return the objects that an outcome consists of."""
    return came if isinstance(came, tuple) else (came,)


def parts(whole: Any) -> Iterator[Any]:
    """Go through an object and all that it consists of."""
    if isinstance(whole, tuple):
        for each in whole:
            yield from parts(each)
    elif is_dataclass(whole) and not isinstance(whole, type):
        yield whole
        for each in fields(whole):
            yield from parts(getattr(whole, each.name))
