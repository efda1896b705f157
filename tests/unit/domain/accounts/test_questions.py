"""Control questions ask what the person knows and the typed policy does not tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import models
from domain.accounts.questions import PolicyLabel, Question, QuestionKind, again, chosen, eligible, label
from domain.accounts.registration import Asked
from tests.fakes import objects

YEAR, PLATE = QuestionKind.POLICY_YEAR, QuestionKind.PLATE_DIGITS
MONTH, BIRTH = QuestionKind.INSTALMENT_MONTH, QuestionKind.BIRTH_YEAR


def vehicle(plate: str | None = "А042ВС77", vin: str | None = "XTA210930Y1234567", **changes: Any) -> models.Vehicle:
    return replace(models.Vehicle("Lada", "Vesta", 2019, vin, plate, None, None), **changes)


def due(month: int, number: int = 1, *, paid: bool = False, year: int = 2022) -> models.Instalment:
    on = date(year, month, 10)
    return objects.instalment(number, due_on=on, paid_on=on if paid else None)


def held(isn: int, start: date, *insured: models.InsuredObject, **changes: Any) -> models.Policy:
    period = models.Period(start, start.replace(year=start.year + 1))
    given: dict[str, Any] = {"period": period, "concluded_on": start, "insured_objects": insured, **changes}
    return objects.policy(isn, **given)


TYPED: Final = held(10001001, date(2024, 3, 5), vehicle("Х777ХХ99", "XTA210930Y7654321"))
OTHER: Final = held(10002468, date(2021, 6, 1), vehicle(), line=models.Line.OSAGO)
INSTALMENTS: Final = {TYPED.key: (due(3), due(9)), OTHER.key: (due(7, paid=True), due(11, 2))}


def asked_of(
    *policies: models.Policy,
    typed: models.Policy | None = TYPED,
    instalments: Mapping[models.PolicyNumber, Sequence[models.Instalment]] = INSTALMENTS,
    **client: Any,
) -> dict[QuestionKind, list[Question]]:
    found: dict[QuestionKind, list[Question]] = {}
    for each in eligible(policies or (TYPED, OTHER), instalments, objects.client(**client), typed):
        found.setdefault(each.kind, []).append(each)
    return found


def test_each_kind_asks_for_what_only_the_person_knows() -> None:
    found = asked_of()

    assert {kind: [each.subject for each in of_kind] for kind, of_kind in found.items()} == {
        BIRTH: [""],
        MONTH: [OTHER.key],
        PLATE: [OTHER.key],
        YEAR: [OTHER.key],
    }
    assert found[BIRTH][0].accepts("1984 г.")
    assert found[MONTH][0].accepts("в ноябре")
    assert found[PLATE][0].accepts("0 42")
    assert found[PLATE][0].accepts("а042вс77")
    assert found[YEAR][0].accepts("2021")


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        (BIRTH, ["84", "1985", "", "1984" * 20, " " * 60 + "1984"]),
        (MONTH, ["июль", "10", "", "ноябрь декабрь"]),
        (PLATE, ["42", "043", "", "04277", "А042ВМ77", "777"]),
        (YEAR, ["21", "2022", "", "2020 2021"]),
    ],
)
def test_a_wrong_answer_is_not_accepted(kind: QuestionKind, wrong: list[str]) -> None:
    (question,) = asked_of()[kind]

    assert not any(question.accepts(each) for each in wrong)


def test_a_printed_question_does_not_show_its_answer() -> None:
    assert all("accepted" not in repr(each) for of_kind in asked_of().values() for each in of_kind)


def test_nothing_is_asked_of_the_typed_policy() -> None:
    found = asked_of(TYPED)

    assert set(found) == {BIRTH}


def test_without_a_typed_policy_all_may_be_asked_about() -> None:
    found = asked_of(typed=None)

    assert [each.subject for each in found[YEAR]] == [TYPED.key, OTHER.key]
    assert [each.subject for each in found[PLATE]] == [TYPED.key, OTHER.key]


@pytest.mark.parametrize(
    "changes",
    [{"holder_isn": models.Isn(2)}, {"status": models.PolicyStatus.AWAITING_PAYMENT}],
)
def test_nothing_is_asked_of_policies_that_the_person_may_not_know(changes: dict[str, Any]) -> None:
    assert set(asked_of(TYPED, replace(OTHER, **changes))) == {BIRTH}


def test_the_year_of_a_policy_that_has_not_begun_is_not_asked_for() -> None:
    found = asked_of(TYPED, replace(OTHER, status=models.PolicyStatus.FUTURE))

    assert set(found) == {BIRTH, MONTH, PLATE}


@pytest.mark.parametrize(
    "typed",
    [
        held(10001001, date(2021, 12, 31), vehicle("Х777ХХ99")),
        held(10001001, date(2020, 1, 1), vehicle("Х777ХХ99")),  # ends in 2021
        replace(TYPED, concluded_on=date(2021, 12, 30)),
        replace(TYPED, insured_objects=(vehicle("Х777ХХ99", year=2021),)),
    ],
)
def test_a_year_that_stands_on_the_typed_policy_is_not_asked_for(typed: models.Policy) -> None:
    assert YEAR not in asked_of(typed, OTHER, typed=typed)


@pytest.mark.parametrize(
    "insured",
    [
        (vehicle(),),
        (vehicle("A042BC77", None),),  # the plate in Latin letters
        (vehicle("А042ВС177", "XTA210930Y7654321"),),  # a new region: the same digits
        (vehicle("Е042КХ99", "XTA210930Y7654321"),),  # another car with the same digits
        (vehicle("Х777ХХ99", "xta210930y1234567"),),  # the same car with other plates
        (vehicle(None, None),),
        (vehicle("Х***ХХ99", "*************4321"),),  # masked: it could be any
        (vehicle("Х777ХХ99", "XTA210930Y7654321"), vehicle(None, None)),
        (),  # a motor policy whose vehicle is not known
    ],
)
def test_a_plate_that_the_typed_policy_tells_or_could_tell_is_not_asked_for(
    insured: tuple[models.InsuredObject, ...],
) -> None:
    typed = replace(TYPED, insured_objects=insured)

    assert PLATE not in asked_of(typed, OTHER, typed=typed)


@pytest.mark.parametrize(
    "insured",
    [
        (vehicle(None, "XTA210930Y7654321"),),  # another VIN: another car
        (vehicle("Х777ХХ99", None),),
    ],
)
def test_a_plate_of_another_vehicle_is_asked_for(insured: tuple[models.InsuredObject, ...]) -> None:
    typed = replace(TYPED, insured_objects=insured)

    assert PLATE in asked_of(typed, OTHER, typed=typed)


@pytest.mark.parametrize("plate", [None, "", "А***ВС77", "АВ04277", "0421АВ77", "123ABC02"])
def test_a_plate_that_is_unknown_masked_or_of_another_form_is_not_asked_for(plate: str | None) -> None:
    assert PLATE not in asked_of(TYPED, replace(OTHER, insured_objects=(vehicle(plate),)))
    assert PLATE not in asked_of(TYPED, replace(OTHER, insured_objects=(vehicle(), vehicle(plate))))


def test_of_several_vehicles_any_is_right() -> None:
    two = replace(OTHER, insured_objects=(vehicle(), vehicle("М111ММ50", "XTA210930Y1111111")))
    (question,) = asked_of(TYPED, two)[PLATE]

    assert question.accepts("042")
    assert question.accepts("111")


@pytest.mark.parametrize(
    ("theirs", "answer"),
    [
        ((due(7, paid=True), due(11, 2), due(12, 3)), "11"),
        ((due(12, 3), due(11, 2), due(7, paid=True)), "11"),  # in any order
        ((due(7, paid=True), due(11, 2, paid=True)), "11"),
        ((due(2, 2, year=2023), due(11)), "11"),
        ((due(9),), None),  # an instalment of the typed policy falls in it
        ((due(3),), None),  # the typed policy begins in it
        ((), None),
    ],
)
def test_the_next_instalment_is_asked_for_or_the_last(
    theirs: tuple[models.Instalment, ...], answer: str | None
) -> None:
    found = asked_of(instalments={**INSTALMENTS, OTHER.key: theirs}).get(MONTH, [])

    assert [each.accepts(answer or "") for each in found] == ([True] if answer else [])


def test_without_the_instalments_of_the_typed_policy_no_month_is_asked_for() -> None:
    assert MONTH not in asked_of(instalments={OTHER.key: INSTALMENTS[OTHER.key]})
    assert MONTH not in asked_of(instalments={TYPED.key: INSTALMENTS[TYPED.key]})


@pytest.mark.parametrize(
    "typed",
    [
        replace(TYPED, insured_objects=(models.InsuredPerson(models.PersonName("К.", "Ольга"), date(1984, 2, 29)),)),
        replace(TYPED, insured_objects=(models.InsuredPerson(models.PersonName("К.", "Ольга"), None),)),
        replace(TYPED, insured_objects=(vehicle(year=1984),)),
        *(replace(TYPED, line=line) for line in (models.Line.LIFE, models.Line.HEALTH, models.Line.TRAVEL)),
    ],
)
def test_a_birth_year_that_the_typed_policy_tells_or_could_tell_is_not_asked_for(typed: models.Policy) -> None:
    assert BIRTH not in asked_of(typed, OTHER, typed=typed)


def test_an_unknown_birth_year_is_not_asked_for() -> None:
    assert BIRTH not in asked_of(birth_date=None)


def test_the_label_is_the_line_and_the_end_of_the_number() -> None:
    policies = (TYPED, OTHER)

    assert label(OTHER.key, policies) == PolicyLabel(models.Line.OSAGO, "2468")
    assert label("", policies) is None
    assert label("P0", policies) is None


@pytest.mark.parametrize(("key", "tail"), [("P10033148", "3148"), ("P123", "23"), ("P1", "1"), ("7", "7")])
def test_of_a_short_number_half_is_shown_at_most(key: str, tail: str) -> None:
    found = label(key, (replace(OTHER, key=models.PolicyNumber(key)),))

    assert found == PolicyLabel(models.Line.OSAGO, tail)


def test_nothing_is_asked_that_its_label_tells() -> None:
    def kinds(key: str) -> set[QuestionKind]:
        renamed = replace(OTHER, key=models.PolicyNumber(key))
        return set(asked_of(TYPED, renamed, instalments={**INSTALMENTS, renamed.key: INSTALMENTS[OTHER.key]}))

    assert kinds("P10002021") == {BIRTH, MONTH, PLATE}
    assert kinds("P100000721") == {BIRTH, MONTH, PLATE}
    assert kinds("P10000042") == {BIRTH, MONTH, YEAR}
    assert kinds("P10009115") == {BIRTH, PLATE, YEAR}


def test_nothing_is_asked_of_two_policies_with_one_label() -> None:
    twin = replace(OTHER, isn=models.Isn(9), key=models.PolicyNumber("P90002468"))

    assert set(asked_of(TYPED, OTHER, twin)) == {BIRTH}


MANY: Final = eligible(
    (TYPED, OTHER, *(held(1000 + at * 7, date(2000 + at, 5, 1), vehicle()) for at in range(1, 15))),
    INSTALMENTS,
    objects.client(),
    TYPED,
)


def lots(salt: object) -> Callable[[str], bytes]:
    return lambda text: sha256(f"{salt} {text}".encode()).digest()


def test_a_kind_is_drawn_first_so_that_each_comes_as_often() -> None:
    assert Counter(each.kind for each in MANY)[YEAR] > 10
    drawn = Counter(question.kind for salt in range(400) if (question := chosen(MANY, (), lots(salt))))
    assert set(drawn) == {BIRTH, MONTH, PLATE, YEAR}
    assert all(70 < times < 130 for times in drawn.values())


def test_every_question_of_a_kind_can_be_drawn() -> None:
    years = [each for each in MANY if each.kind is YEAR]
    assert {chosen(years, (), lots(salt)) for salt in range(400)} == set(years)


@given(st.integers(), st.sets(st.sampled_from(MANY)))
def test_what_else_could_be_asked_makes_no_other_question_be_drawn(salt: int, others: set[Question]) -> None:
    drawn = chosen(MANY, (), lots(salt))
    assert drawn is not None
    assert chosen([each for each in MANY if each in {*others, drawn}], (), lots(salt)) == drawn


def test_a_question_with_the_answer_of_one_put_before_is_as_good_as_that_one() -> None:
    plates = [each for each in MANY if each.kind is PLATE]
    assert len(plates) > 1

    assert chosen(plates, [Asked(PLATE, plates[0].subject)], lots(0)) is None


@given(st.integers())
def test_until_none_is_left_each_is_new_and_can_be_worked_out_again(salt: int) -> None:
    asked: list[Asked] = []
    answers: set[tuple[QuestionKind, frozenset[str]]] = set()
    while (question := chosen(MANY, asked, lots(salt))) is not None:
        assert (question.kind, question.accepted) not in answers
        answers.add((question.kind, question.accepted))
        asked.append(Asked(question.kind, question.subject))
        assert again(MANY, asked[-1]) == question

    assert answers == {(each.kind, each.accepted) for each in MANY}


def test_without_questions_none_is_chosen() -> None:
    assert chosen((), (), lots(0)) is None
    assert again((), Asked(BIRTH, "")) is None


dates = st.dates(date(2019, 1, 1), date(2024, 12, 31)).filter(lambda each: (each.month, each.day) != (2, 29))
vehicles = st.builds(
    vehicle,
    st.none() | st.sampled_from(["А042ВС77", "A042BC77", "Е042КХ99", "М111ММ50", "А***ВС77"]),
    st.none() | st.sampled_from(["XTA210930Y1234567", "XTA210930Y7654321", "*************4567"]),
)
lists_of_dues = st.lists(st.builds(due, st.integers(1, 12), paid=st.booleans()), max_size=3)


@given(dates, dates, st.lists(vehicles, max_size=2), st.lists(vehicles, max_size=2), lists_of_dues, lists_of_dues)
def test_no_answer_stands_on_the_typed_policy(
    start: date,
    typed_start: date,
    insured: list[models.Vehicle],
    typed_insured: list[models.Vehicle],
    theirs: list[models.Instalment],
    typed_dues: list[models.Instalment],
) -> None:
    typed, other = held(10001001, typed_start, *typed_insured), held(10002468, start, *insured)
    questions = eligible((typed, other), {typed.key: typed_dues, other.key: theirs}, objects.client(), typed)
    on_it = {
        YEAR: [str(each.year) for each in (typed.period.start, typed.period.end)],
        MONTH: [str(each.due_on.month) for each in typed_dues],
        PLATE: [part for each in typed_insured if each.plate for part in (each.plate, each.plate[1:4])],
        BIRTH: [str(each.year) for each in typed_insured],
    }

    for question in questions:
        assert question.subject != typed.key
        assert not any(question.accepts(each) for each in on_it[question.kind])
    assert questions == eligible((other, typed), {other.key: theirs, typed.key: typed_dues}, objects.client(), typed)
