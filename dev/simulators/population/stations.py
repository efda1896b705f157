"""Repair stations over several cities."""

from decimal import Decimal

from dev.simulators.population.claim_records import RepairStation
from dev.simulators.population.dice import Dice
from dev.simulators.population.places import CITIES, street_address

_CENTRES = {
    "Москва": ("55.7558", "37.6173", "495"),
    "Санкт-Петербург": ("59.9386", "30.3141", "812"),
    "Новосибирск": ("55.0302", "82.9204", "383"),
    "Екатеринбург": ("56.8389", "60.6057", "343"),
    "Казань": ("55.7963", "49.1088", "843"),
    "Нижний Новгород": ("56.3269", "44.0059", "831"),
    "Самара": ("53.1959", "50.1002", "846"),
    "Краснодар": ("45.0355", "38.9753", "861"),
}
_NAMES = ("Автомастер", "Кузовной цех", "Техцентр Север", "Ремзона", "Гараж 24", "СТО Магистраль", "Авторитет-Сервис")
_PER_CITY = 4


def stations(seed: int) -> tuple[RepairStation, ...]:
    """All stations, four to a city."""
    return tuple(
        _station(Dice(seed, "station", index), index, city)
        for index, city in enumerate(city for city in CITIES for _ in range(_PER_CITY))
    )


def _station(dice: Dice, index: int, city: str) -> RepairStation:
    latitude, longitude, code = _CENTRES[city]
    return RepairStation(
        id=f"ST-{index + 1:03d}",
        name=f"{_NAMES[index % len(_NAMES)]} № {index + 1}",
        city=city,
        address=f"г. {city}, {street_address(dice)}",
        phone=f"+7{code}555{dice.below(10_000):04d}",
        latitude=Decimal(latitude) + Decimal(dice.between(-600, 600)) / 10_000,
        longitude=Decimal(longitude) + Decimal(dice.between(-600, 600)) / 10_000,
    )
