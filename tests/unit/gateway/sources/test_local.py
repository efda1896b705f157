"""What a process holds itself: values are dropped when there are too many, invalidations never."""

from gateway.sources.cuts import Cuts
from gateway.sources.local import LocalStore
from gateway.sources.store import Computed, Granted, Kept, Name, Wanted
from tests.unit.gateway.sources.fakes import StillClock

NAME = Name("gateway:life_contract:{1}", "gateway:life_contract:{1}:read:1")


def test_an_invalidation_outlasts_any_number_of_values() -> None:
    local = LocalStore(StillClock(), 10)
    old = local.lease(Wanted(NAME, 0))
    assert isinstance(old, Granted)
    local.invalidate(NAME.entity)
    for index in range(100):
        local.put(Name(f"{index}", f"{index}:read"), Kept(index + 1, b"data"))
    # What was being computed when it was invalidated comes late, and is not taken.
    assert local.keep([Computed(old, b"old", 60)]) == [False]
    assert not local.put(NAME, Kept(old.fence, b"old"))
    assert local.look(NAME).kept is None


def test_invalidations_beyond_what_is_remembered_of_each_hold_for_all() -> None:
    cuts = Cuts(most=2)
    for index, entity in enumerate("abc", start=1):
        cuts.add(entity, index * 10)
    assert [cuts.of(entity) for entity in "abcd"] == [10, 20, 30, 10]
    cuts.add("a", 5)
    assert [cuts.of(entity) for entity in "abcd"] == [20, 20, 30, 20]
