"""Insured vehicles and property."""

from decimal import Decimal

from dev.simulators.population import keys
from dev.simulators.population.dice import Dice
from dev.simulators.population.places import address
from dev.simulators.population.records import Property, Vehicle

OBJECT_ITEM = 240
_MODELS = (
    ("LADA", "Vesta", "XTA"),
    ("LADA", "Granta", "XTA"),
    ("Haval", "Jolion", "XZG"),
    ("Chery", "Tiggo 7 Pro", "LVV"),
    ("Geely", "Monjaro", "L6T"),
    ("Kia", "Rio", "Z94"),
    ("Hyundai", "Solaris", "Z94"),
    ("Toyota", "Camry", "XW7"),
    ("Toyota", "Land Cruiser 200", "JTM"),
    ("Skoda", "Octavia", "XW8"),
    ("Volkswagen", "Polo", "XW8"),
    ("УАЗ", "Патриот", "XTT"),
)
_VIN_LETTERS = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
_VIN_VALUES = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True))
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VIN_YEARS = "ABCDEFGHJKLMNPRSTVWXY123456789"
_PLATE_LETTERS = "АВЕКМНОРСТУХ"
_REGIONS = ("77", "78", "54", "66", "16", "52", "63", "23", "50", "177", "197", "799", "178", "116")
_HOMES = (("Квартира", 28, 140), ("Апартаменты", 20, 90), ("Жилой дом", 80, 350), ("Таунхаус", 90, 220))


def vehicle(dice: Dice, k: int, year_now: int) -> Vehicle:
    """A vehicle not older than twelve years; some of the frame kind have body and chassis numbers too."""
    make, model, maker = dice.pick(_MODELS)
    year = year_now - dice.below(12)
    framed = model in ("Патриот", "Land Cruiser 200")
    return Vehicle(
        isn=keys.item_isn(k, OBJECT_ITEM),
        make=make,
        model=model,
        year=year,
        vin=vin(dice, maker, year),
        plate=plate(dice),
        body_number=f"{maker}{dice.below(10**9):09d}" if framed else None,
        chassis_number=f"{dice.below(10**9):09d}" if framed else None,
    )


def home(dice: Dice, k: int) -> Property:
    """A dwelling."""
    kind, low, high = dice.pick(_HOMES)
    area = Decimal(dice.between(low * 10, high * 10)) / 10
    return Property(isn=keys.item_isn(k, OBJECT_ITEM), kind=kind, address=address(dice), area_m2=area)


def vin(dice: Dice, maker: str, year: int) -> str:
    """Seventeen characters without I, O, Q, with a right check digit at place nine."""
    body = "".join(dice.pick(_VIN_LETTERS) for _ in range(5))
    serial = f"{dice.pick('ABCDEFGH')}{dice.below(10**6):06d}"
    raw = f"{maker}{body}0{_VIN_YEARS[(year - 1980) % 30]}{serial}"
    return raw[:8] + check_digit(raw) + raw[9:]


def check_digit(vin_code: str) -> str:
    """The ninth character that ISO 3779's North American variant asks for."""
    total = sum(
        (int(letter) if letter.isdigit() else _VIN_VALUES[letter]) * weight
        for letter, weight in zip(vin_code, _VIN_WEIGHTS, strict=True)
    )
    return "X" if total % 11 == 10 else str(total % 11)


def plate(dice: Dice) -> str:
    """A private car's plate: letter, three digits, two letters, region."""
    letters = [dice.pick(_PLATE_LETTERS) for _ in range(3)]
    return f"{letters[0]}{dice.between(1, 999):03d}{letters[1]}{letters[2]}{dice.pick(_REGIONS)}"
