import pytest

from dev.simulators.population.dice import Dice
from dev.simulators.population.names import FATHERS, FEMALE_FIRST, MALE_FIRST, SURNAMES, latin, person_name, surname
from dev.simulators.population.records import Client, Sex


@pytest.mark.parametrize(
    "male,female",
    [
        ("Соловьёв", "Соловьёва"),
        ("Алексеев", "Алексеева"),
        ("Баранов", "Баранова"),
        ("Никитин", "Никитина"),
        ("Островский", "Островская"),
        ("Троицкий", "Троицкая"),
        ("Шевченко", "Шевченко"),
        ("Белых", "Белых"),
    ],
)
def test_surnames_take_the_form_of_the_sex(male: str, female: str) -> None:
    assert (surname(male, female=False), surname(male, female=True)) == (male, female)


def test_there_are_about_forty_of_each() -> None:
    for names in (MALE_FIRST, FEMALE_FIRST, FATHERS, SURNAMES):
        assert len(names) >= 40
        assert len(set(names)) == len(names)


def test_each_part_agrees_with_the_sex(clients: list[Client]) -> None:
    for client in clients:
        female = client.sex is Sex.FEMALE
        assert client.name.first in (FEMALE_FIRST if female else MALE_FIRST)
        assert client.name.patronymic is None or client.name.patronymic in {father[female] for father in FATHERS}
        forms = {surname(each, female) for each in SURNAMES}
        assert set(client.name.last.split("-")) <= forms


def test_some_have_no_patronymic_some_two_surnames_some_a_yo(clients: list[Client]) -> None:
    names = [client.name for client in clients]
    assert any(name.patronymic is None for name in names)
    assert any("-" in name.last for name in names)
    assert any("ё" in name.full for name in names)
    assert {client.sex for client in clients} == set(Sex)


def test_a_name_is_the_same_each_time() -> None:
    assert person_name(Dice(1, "x", 5), Sex.MALE) == person_name(Dice(1, "x", 5), Sex.MALE)


def test_latin_letters_for_addresses() -> None:
    assert latin("Щербаков-Соловьёв") == "shcherbakov-solovev"
    assert latin("Ильинична") == "ilinichna"
