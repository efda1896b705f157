"""The population with what was written laid over it: policies made, instalments paid, documents issued."""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from dev.simulators.policy_core import offers
from dev.simulators.population import Population, keys, policies
from dev.simulators.population.records import Document, DocumentKind, Instalment, Policy, PolicyStatus

_FIRST_PLACE = 90_000_000
_PLACES = 10_000_000
_RECEIPTS = 100
_KINDS = (DocumentKind.POLICY, DocumentKind.RULES, DocumentKind.RECEIPT)


@dataclass(slots=True)
class Written:
    """What was written of policies since the start, by their places.

    `made` holds policies that the population has not, with their instalments; `renewed` says which policy became which.
    Places begin anywhere, so that a process that starts again gives out no number twice.
    """

    made: dict[int, tuple[Policy, tuple[Instalment, ...]]] = field(default_factory=dict)
    paid: dict[int, dict[int, date]] = field(default_factory=dict)
    renewed: dict[int, int] = field(default_factory=dict)
    concluded: set[int] = field(default_factory=set)
    places: Iterator[int] = field(default_factory=lambda: count(_FIRST_PLACE + secrets.randbelow(_PLACES - 100_000)))


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Policies on a day, looked up as the population's are.

    One that `lags` is a replica that shows each policy one state ago: the last payment has not arrived yet, nor has a
    policy that was only just made.
    """

    population: Population
    today: date
    written: Written
    lags: bool = False

    def policies_of(self, client_isn: int) -> tuple[Policy, ...]:
        """The policies whose holder the client is, those made since the start last."""
        made = (
            policy
            for place, (policy, _) in self.written.made.items()
            if policy.holder_isn == client_isn and not self._is_unseen(place)
        )
        return tuple(map(self._shown, (*self.population.policies_of(client_isn), *made)))

    def policy(self, isn: int) -> Policy | None:
        """The policy with this ISN."""
        found = self._first(_place(isn))
        return None if found is None or self._is_unseen(_place(isn)) else self._shown(found)

    def policy_by_number(self, number: str) -> Policy | None:
        """The policy with this number in any spelling."""
        place = keys.policy_place_of(number)
        found = None if place is None else self.policy(keys.policy_isn(place))
        return found if found and keys.folded(found.number) == keys.folded(number) else None

    def instalments(self, policy: Policy) -> tuple[Instalment, ...]:
        """The policy's instalments, the first due first."""
        place = _place(policy.isn)
        made, paid = self.written.made.get(place), self._paid(place)
        parts = made[1] if made else self.population.instalments(policy)
        if self.lags and place not in self.written.paid:
            return offers.unpaid(parts)
        return tuple(replace(part, paid_on=paid.get(part.number, part.paid_on)) for part in parts)

    def documents(self, policy: Policy) -> tuple[Document, ...]:
        """The policy's documents: those of its own, and a receipt for each further instalment paid since the start."""
        place = _place(policy.isn)
        paid = self._paid(place)
        own = policies.documents(self.population.seed, place, policy)
        if place in self.written.made:
            own = tuple(each for each in own if each.kind in _KINDS)
        issued_on = paid.get(1) if self._is_issued(place) else None
        if issued_on:
            own = tuple(replace(each, issued_on=issued_on) for each in own)
        later = [(number, day) for number, day in paid.items() if number > 1 or not issued_on]
        return (*own, *(_receipt(place, number, day, policy) for number, day in sorted(later)))

    def document(self, isn: int) -> tuple[Policy, Document] | None:
        """The document with this ISN and its policy."""
        item = keys.item_of(isn)
        policy = self.policy(keys.policy_isn(item[0])) if item else None
        documents = self.documents(policy) if policy else ()
        return next(((policy, found) for found in documents if policy and found.isn == isn), None)

    def pay(self, policy: Policy, number: int, day: date) -> Sequence[Document]:
        """Count an instalment as paid; the documents that are issued then."""
        before = {document.isn for document in self.documents(policy)}
        self.written.paid.setdefault(_place(policy.isn), {})[number] = day
        after = self.policy(policy.isn)
        assert after is not None
        return [document for document in self.documents(after) if document.isn not in before]

    def make(self, policy: Policy, parts: Iterable[Instalment]) -> Policy:
        """Take in a policy that waits for payment, under an ISN and a number of its own."""
        place = next(self.written.places)
        made = replace(policy, isn=keys.policy_isn(place), number=keys.policy_number(place, policy.line))
        numbered = tuple(replace(part, isn=keys.item_isn(place, part.number - 1)) for part in parts)
        self.written.made[place] = (made, numbered)
        return made

    def cancel(self, policy: Policy) -> None:
        """Count a policy that was made since the start as cancelled."""
        made, parts = self.written.made[_place(policy.isn)]
        self.written.made[_place(policy.isn)] = replace(made, status=PolicyStatus.CANCELLED), parts

    def _first(self, place: int) -> Policy | None:
        """The policy at a place as it was to begin with."""
        made = self.written.made.get(place)
        return made[0] if made else self.population.policy(keys.policy_isn(place))

    def _paid(self, place: int) -> dict[int, date]:
        """The instalments paid since the start, by number."""
        paid = list(self.written.paid.get(place, {}).items())
        return dict(paid[:-1] if self.lags else paid)

    def _is_issued(self, place: int) -> bool:
        """Whether a policy that waited for its first instalment got it since the start."""
        first = self._first(place)
        waited = first is not None and first.status is PolicyStatus.AWAITING_PAYMENT
        return waited and 1 in self._paid(place)

    def _is_unseen(self, place: int) -> bool:
        return self.lags and place in self.written.made and place not in self.written.paid

    def _shown(self, policy: Policy) -> Policy:
        place = _place(policy.isn)
        if self._is_issued(place):
            policy = replace(policy, status=self._status(policy))
        elif self.lags and place not in self.written.paid:
            policy = offers.behind(policy)
        return replace(policy, concluded_on=self.today) if policy.isn in self.written.concluded else policy

    def _status(self, policy: Policy) -> PolicyStatus:
        if self.today < policy.start:
            return PolicyStatus.FUTURE
        return PolicyStatus.ACTIVE if self.today <= policy.end else PolicyStatus.EXPIRED


def plan(premium: Decimal, parts: int, start: date, end: date) -> tuple[Instalment, ...]:
    """A premium in equal parts, the odd kopecks in the first, spread over the term; nothing of it is paid."""
    part = (premium / parts).quantize(policies.CENT, rounding="ROUND_DOWN")
    rest = premium - part * parts
    step = ((end - start).days + 1) / parts
    return tuple(
        Instalment(0, index + 1, start + timedelta(days=int(step * index)), part + (0 if index else rest), None)
        for index in range(parts)
    )


def _receipt(place: int, number: int, day: date, policy: Policy) -> Document:
    """The receipt for an instalment."""
    return Document(
        isn=keys.item_isn(place, _RECEIPTS + number),
        kind=DocumentKind.RECEIPT,
        title=f"Квитанция об оплате взноса {number}",
        file_name=f"receipt-{policy.isn}-{number}.pdf",
        media_type="application/pdf",
        size_bytes=40_000 + number,
        issued_on=day,
    )


def _place(policy_isn: int) -> int:
    return policy_isn - keys.POLICY_ISN
