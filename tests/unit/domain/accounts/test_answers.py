"""An answer is right in every spelling of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.accounts import answers

anything = st.text(st.characters(exclude_categories=()), max_size=80)

# Nominative, genitive, dative, instrumental, prepositional.
CASES = """
январь января январю январём январе
февраль февраля февралю февралём феврале
март марта марту мартом марте
апрель апреля апрелю апрелем апреле
май мая маю маем мае
июнь июня июню июнем июне
июль июля июлю июлем июле
август августа августу августом августе
сентябрь сентября сентябрю сентябрём сентябре
октябрь октября октябрю октябрём октябре
ноябрь ноября ноябрю ноябрём ноябре
декабрь декабря декабрю декабрём декабре
"""
MONTHS = [row.split() for row in CASES.strip().splitlines()]
ENGLISH = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October"]
ENGLISH += ["November", "December"]


@pytest.mark.parametrize("number", range(1, 13))
def test_a_month_is_known_by_number_and_by_name_in_any_case(number: int) -> None:
    english = ENGLISH[number - 1]
    named = [*MONTHS[number - 1], english, english[:3], f"{english[:3]}.", MONTHS[number - 1][0][:3]]
    numbered = [str(number), f"{number:02}", f" {number} ", f"{number}."]
    spelled = [*named, *(each.upper() for each in named), *(f"в {each}" for each in named), f"in {english}", *numbered]

    assert {answers.month(each) for each in spelled} == {str(number)}


@pytest.mark.parametrize("spelled", ["мaй", "MAЙ", "ма\u0438\u0306", "５", "٥", "\u200bмай", "Мае", "05"])
def test_a_month_in_another_form_of_writing(spelled: str) -> None:
    assert answers.month(spelled) == "5"


@pytest.mark.parametrize(
    "other",
    ["", "0", "00", "13", "005", "1 2 3", "-", "ма", "июль август", "5 июля", "j", "весна", "в", "5²", "1²", "½"],
)
def test_what_is_no_month(other: str) -> None:
    assert answers.month(other) is None


@pytest.mark.parametrize("spelled", ["1984", " 1984 ", "1 984", "1984г.", "1984 год", "1984 ГОДУ", "１９８４", "١٩٨٤"])
def test_a_year_has_four_digits(spelled: str) -> None:
    assert answers.year(spelled) == "1984"


@pytest.mark.parametrize("other", ["", "84", "'84", "19840", "1984 1985", "29.02.1984", "год", "198四", "l984"])
def test_what_is_no_year(other: str) -> None:
    assert answers.year(other) is None


@pytest.mark.parametrize("spelled", ["042", "0 4 2", "0-4-2", "№042", "０４２"])
def test_the_digits_of_a_plate(spelled: str) -> None:
    assert answers.plate_digits(spelled) == "042"


@pytest.mark.parametrize("spelled", ["А042ВС77", "a 042 bc 77", "а042вс / 77", "A-042-BC-77"])
def test_the_whole_plate_holds_them_too(spelled: str) -> None:
    assert answers.plate_digits(spelled) == answers.plate(spelled) == "A042BC77"


@pytest.mark.parametrize("other", ["", "42", "0042", "04277", "А***ВС77", "042ВС77", "0421АВ77", "АВ04277", "042ABC02"])
def test_what_is_no_plate(other: str) -> None:
    assert answers.plate_digits(other) is None
    assert answers.plate(other) is None


@given(anything)
def test_no_text_breaks_them(text: str) -> None:
    for fold in (answers.year, answers.plate, answers.plate_digits, answers.month):
        folded = fold(text)
        assert folded is None or fold(folded) == folded
