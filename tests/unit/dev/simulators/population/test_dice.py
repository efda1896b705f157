from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dev.simulators.population.dice import Dice, Permutation

SHUFFLES = [Permutation("phone", 10_000, 10_000), Permutation("number", 1_000, 10_000), Permutation("odd", 7, 13)]


@given(st.sampled_from(SHUFFLES), st.data())
def test_a_permutation_goes_there_and_back(shuffle: Permutation, data: st.DataObject) -> None:
    value = data.draw(st.integers(0, shuffle.size - 1))
    assert 0 <= shuffle.encode(value) < shuffle.size
    assert shuffle.decode(shuffle.encode(value)) == value
    assert shuffle.encode(shuffle.decode(value)) == value


def test_a_permutation_uses_every_number_once() -> None:
    small = SHUFFLES[2]
    assert sorted(small.encode(value) for value in range(small.size)) == list(range(small.size))
    assert [small.encode(value) for value in range(small.size)] != list(range(small.size))


def test_a_permutation_hides_neighbourhood() -> None:
    encoded = [SHUFFLES[0].encode(value) for value in range(1_000)]
    assert sum(abs(one - other) < 1_000 for one, other in pairwise(encoded)) < 5


def test_dice_depend_on_seed_topic_and_key() -> None:
    def thrown(seed: int, topic: str, key: int) -> list[int]:
        dice = Dice(seed, topic, key)
        return [dice.below(1_000_000) for _ in range(5)]

    assert thrown(1, "client", 2) == thrown(1, "client", 2)
    assert (
        len({tuple(thrown(*of)) for of in [(1, "client", 2), (2, "client", 2), (1, "policy", 2), (1, "client", 3)]})
        == 4
    )


@given(st.integers(), st.integers(0, 10**12))
def test_choices_stay_in_their_bounds(seed: int, key: int) -> None:
    dice = Dice(seed, "any", key)
    assert 3 <= dice.between(3, 5) <= 5
    assert dice.pick("abc") in "abc"
    assert dice.weighted((("a", 1), ("b", 0), ("c", 2))) in {"a", "c"}
    assert Decimal(1_000) <= (sum_ := dice.money(1_000, 5_000, 500)) <= Decimal(5_000)
    assert sum_ % 500 == 0
    assert not dice.chance(0)
    assert dice.chance(100)
