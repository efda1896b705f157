from hypothesis import given
from hypothesis import strategies as st

from dev.simulators.population import clients, keys
from dev.simulators.population.records import Line

CLIENTS = st.integers(0, keys.MAX_CLIENTS - 1)
POLICIES = st.integers(0, keys.MAX_CLIENTS * keys.SLOTS - 1)
CLAIMS = POLICIES.flatmap(lambda k: st.integers(0, 3).map(lambda slot: keys.claim_place(k, slot)))


@given(POLICIES, st.sampled_from(Line))
def test_a_policy_number_leads_back_to_its_place(k: int, line: Line) -> None:
    assert keys.policy_place_of(keys.policy_number(k, line)) == k


@given(POLICIES)
def test_an_osago_number_is_found_in_any_spelling(k: int) -> None:
    number = keys.policy_number(k, Line.OSAGO)
    series, digits = number.split()
    assert (len(series), len(digits)) == (3, 10)
    for spelling in (f"{series}{digits}", f"{series.lower()} № {digits}", f"{keys.folded(series)}-{digits}"):
        assert keys.policy_place_of(spelling) == k


@given(CLIENTS)
def test_a_client_is_found_by_number_and_phone(n: int) -> None:
    assert keys.client_place_of(keys.client_number(n)) == n
    assert clients.place_of_phone(clients.phone(n)) == n


@given(CLAIMS)
def test_a_claim_is_found_by_id_and_number(place: int) -> None:
    assert keys.claim_place_of_id(keys.claim_id(place)) == place
    assert keys.claim_place_of_number(keys.claim_number(place)) == place
    assert keys.policy_of_claim(place) == place // keys.CLAIM_SLOTS


@given(POLICIES, st.integers(0, 255))
def test_an_item_leads_back_to_its_policy(k: int, item: int) -> None:
    isn = keys.item_isn(k, item)
    assert keys.item_of(isn) == (k, item)
    assert int(float(isn)) == isn


@given(st.text(max_size=20) | st.from_regex(r"[A-ZА-Я]{1,3} ?[0-9]{1,12}", fullmatch=True))
def test_any_text_may_be_asked_for(text: str) -> None:
    for place_of in (
        keys.policy_place_of,
        keys.client_place_of,
        keys.claim_place_of_id,
        keys.claim_place_of_number,
        clients.place_of_phone,
        clients.place_of_email,
    ):
        found = place_of(text)
        assert found is None or found >= 0


def test_the_policies_of_the_client_with_a_hundred_have_places_of_their_own() -> None:
    places = [keys.policy_place(keys.BULK_CLIENT, slot) for slot in range(keys.BULK_POLICIES)]
    assert len(set(places)) == keys.BULK_POLICIES
    assert [keys.policy_owner(place) for place in places] == [
        (keys.BULK_CLIENT, slot) for slot in range(keys.BULK_POLICIES)
    ]


def test_places_beyond_the_last_belong_to_nobody() -> None:
    assert keys.policy_owner(-1) is None
    assert keys.policy_owner(keys.MAX_CLIENTS * keys.SLOTS) is None
    assert keys.policy_owner(keys.policy_place(keys.BULK_CLIENT, keys.BULK_POLICIES - 1) + 1) is None
    assert keys.item_of(keys.ITEM_ISN - 1) is None


def test_the_demo_policy_has_its_number_and_nobody_else_does() -> None:
    assert keys.policy_number(keys.DEMO_POLICY, Line.LIFE) == "P10033148"
    assert keys.policy_place_of("Р 100-331-48") == keys.DEMO_POLICY
