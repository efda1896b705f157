"""Cities and streets for addresses."""

from dev.simulators.population.dice import Dice

CITIES = (
    "Москва",
    "Санкт-Петербург",
    "Новосибирск",
    "Екатеринбург",
    "Казань",
    "Нижний Новгород",
    "Самара",
    "Краснодар",
)
STREETS = (
    "ул. Садовая",
    "ул. Лесная",
    "ул. Школьная",
    "ул. Молодёжная",
    "ул. Центральная",
    "ул. Набережная",
    "просп. Мира",
    "просп. Победы",
    "ул. Полевая",
    "ул. Заречная",
    "бул. Цветной",
    "пер. Тихий",
)


def address(dice: Dice) -> str:
    """City, street, house, flat."""
    return f"г. {dice.pick(CITIES)}, {dice.pick(STREETS)}, д. {dice.between(1, 120)}, кв. {dice.between(1, 300)}"


def street_address(dice: Dice) -> str:
    """Street and house."""
    return f"{dice.pick(STREETS)}, д. {dice.between(1, 120)}"
