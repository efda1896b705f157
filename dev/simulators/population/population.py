"""The look-ups: each computes its answer from the seed, the day and the key; only a small cache is stored."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import TypeVar

from dev.simulators.population import claims, clients, keys, life, policies
from dev.simulators.population.claim_records import Claim, RepairStation
from dev.simulators.population.dice import Dice
from dev.simulators.population.life_records import LifeContract, Strategy, Underlying
from dev.simulators.population.participants import OTHERS
from dev.simulators.population.plan import PolicyPlan
from dev.simulators.population.plans import policy_count, policy_plan
from dev.simulators.population.products import BY_CODE, ProductTerms
from dev.simulators.population.records import Client, Document, Instalment, Line, Policy
from dev.simulators.population.stations import stations
from dev.simulators.population.underlyings import STRATEGIES, UNDERLYINGS, Markets

_CACHED = 4_096
Made = TypeVar("Made")


class Population:
    """The population of a seed on a day.

    Two of the same seed, day and size are equal in all they return, whatever was looked up before.
    Every look-up gives None (or nothing) for a key that leads nowhere.
    """

    def __init__(self, seed: int, today: date, size: int = keys.MAX_CLIENTS) -> None:
        if not keys.BULK_CLIENT < size <= keys.MAX_CLIENTS:
            raise ValueError(f"size must be above {keys.BULK_CLIENT} and at most {keys.MAX_CLIENTS}")
        self.seed = seed
        self.today = today
        self.size = size
        self.stations: tuple[RepairStation, ...] = stations(seed)
        self.underlyings: tuple[Underlying, ...] = UNDERLYINGS
        self.strategies: tuple[Strategy, ...] = STRATEGIES
        self._client = _cached(lambda n: clients.client(seed, today, n))
        self._plan = _cached(self._make_plan)
        self._policy = _cached(self._make_policy)
        self._claim = _cached(self._make_claim)
        self._life_contract = _cached(self._make_life_contract)
        demo_plan = self._plan(keys.DEMO_POLICY)
        assert demo_plan is not None
        self.markets = Markets(seed, today, demo_plan.start)

    def client(self, isn: int) -> Client | None:
        """The client with this ISN."""
        n = isn - keys.CLIENT_ISN
        return self._client(n) if 0 <= n < self.size else None

    def client_by_number(self, number: str) -> Client | None:
        """The client with this human number."""
        return self._client_at(keys.client_place_of(number))

    def client_by_phone(self, phone: str) -> Client | None:
        """The client with this phone in E.164."""
        return self._client_at(clients.place_of_phone(phone))

    def client_by_email(self, email: str) -> Client | None:
        """The client with this e-mail, in any case of letters."""
        found = self._client_at(clients.place_of_email(email.lower()))
        return found if found and found.email == email.lower() else None

    def policies_of(self, client_isn: int) -> tuple[Policy, ...]:
        """The policies whose holder the client is, in the order they were made."""
        n = client_isn - keys.CLIENT_ISN
        if not 0 <= n < self.size:
            return ()
        found = (self._policy(keys.policy_place(n, slot)) for slot in range(policy_count(self.seed, n)))
        return tuple(policy for policy in found if policy is not None)

    def policy(self, isn: int) -> Policy | None:
        """The policy with this ISN."""
        return self._policy(isn - keys.POLICY_ISN)

    def policy_by_number(self, number: str) -> Policy | None:
        """The policy with this number, spelled with any separators, Latin or Cyrillic look-alikes."""
        k = keys.policy_place_of(number)
        found = self._policy(k) if k is not None else None
        return found if found and keys.folded(found.number) == keys.folded(number) else None

    def instalments(self, policy: Policy) -> tuple[Instalment, ...]:
        """The policy's instalments, the first due first."""
        k = policy.isn - keys.POLICY_ISN
        plan = self._plan(k)
        assert plan is not None
        return policies.instalments(self.seed, self.today, k, plan, policy.premium)

    def documents(self, policy: Policy) -> tuple[Document, ...]:
        """The policy's documents."""
        return policies.documents(self.seed, policy.isn - keys.POLICY_ISN, policy)

    def document(self, isn: int) -> tuple[Policy, Document] | None:
        """The document with this ISN and its policy."""
        item = keys.item_of(isn)
        policy = self._policy(item[0]) if item else None
        documents = self.documents(policy) if policy else ()
        return next(((policy, found) for found in documents if policy and found.isn == isn), None)

    def claims_of(self, policy_number: str) -> tuple[Claim, ...]:
        """The claims under a policy."""
        policy = self.policy_by_number(policy_number)
        plan = self._plan(policy.isn - keys.POLICY_ISN) if policy else None
        if policy is None or plan is None:
            return ()
        first = keys.claim_place(policy.isn - keys.POLICY_ISN, 0)
        found = (self._claim(first + slot) for slot in range(len(plan.claims)))
        return tuple(claim for claim in found if claim is not None)

    def claim(self, claim_id: str) -> Claim | None:
        """The claim with this internal id."""
        place = keys.claim_place_of_id(claim_id)
        return self._claim(place) if place is not None else None

    def claim_by_number(self, number: str) -> Claim | None:
        """The claim with this number; drafts have none."""
        place = keys.claim_place_of_number(number)
        found = self._claim(place) if place is not None else None
        return found if found and found.number == number else None

    def life_contract(self, number: str) -> LifeContract | None:
        """The contract with this number, which is the number of a LIFE policy."""
        policy = self.policy_by_number(number)
        return self._life_contract(policy.isn - keys.POLICY_ISN) if policy else None

    def life_contracts_of(self, client_isn: int) -> tuple[LifeContract, ...]:
        """The contracts whose holder the client is."""
        numbers = (policy.number for policy in self.policies_of(client_isn) if policy.line is Line.LIFE)
        found = (self.life_contract(number) for number in numbers)
        return tuple(contract for contract in found if contract is not None)

    def product(self, code: str) -> ProductTerms | None:
        """A product's terms."""
        return BY_CODE.get(code)

    def _client_at(self, n: int | None) -> Client | None:
        return self._client(n) if n is not None and n < self.size else None

    def _make_plan(self, k: int) -> PolicyPlan | None:
        owner = keys.policy_owner(k)
        if owner is None:
            return None
        n, slot = owner
        if n >= self.size or slot >= policy_count(self.seed, n):
            return None
        return policy_plan(self.seed, self.today, n, slot)

    def _make_policy(self, k: int) -> Policy | None:
        plan = self._plan(k)
        owner = keys.policy_owner(k)
        if plan is None or owner is None:
            return None
        n = owner[0]
        dice = Dice(self.seed, "others", n)
        others = tuple(self._client((n + 1 + dice.below(self.size - 1)) % self.size) for _ in range(OTHERS))
        return policies.policy(self.seed, self.today, k, plan, self._client(n), others)

    def _make_claim(self, place: int) -> Claim | None:
        k, slot = divmod(place, keys.CLAIM_SLOTS)
        plan, policy = self._plan(k), self._policy(k)
        if plan is None or policy is None or slot >= len(plan.claims):
            return None
        return claims.claim(self.seed, self.today, place, policy, plan.claims[slot], self.stations)

    def _make_life_contract(self, k: int) -> LifeContract | None:
        plan, policy = self._plan(k), self._policy(k)
        if plan is None or policy is None or plan.life_kind is None:
            return None
        instalments = self.instalments(policy)
        return life.life_contract(self.seed, self.today, k, policy, plan.life_kind, instalments, self.markets)


@lru_cache(maxsize=4)
def population_on(seed: int, today: date) -> Population:
    """The full population of a seed on a day, kept for the next call."""
    return Population(seed, today)


def _cached(make: Callable[[int], Made]) -> Callable[[int], Made]:
    return lru_cache(maxsize=_CACHED)(make)
