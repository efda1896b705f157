"""Products of each line: terms, sums, rates, risks."""

from dataclasses import dataclass

from dev.simulators.population.records import Line, Product


@dataclass(frozen=True, slots=True)
class Risk:
    """A risk a product covers. Units: `share` of the policy's sum insured in percent."""

    code: str
    name: str
    share: int = 100
    aggregate: bool = False
    deductible: bool = False


@dataclass(frozen=True, slots=True)
class ProductTerms:
    """What policies of a product are made from. Units: sums in roubles, `rate_bp` of the sum insured, `days` of term.

    A regular premium's instalment counts are those of each year.
    """

    product: Product
    sums: tuple[int, int, int]
    rate_bp: tuple[int, int]
    days: tuple[int, int]
    risks: tuple[Risk, ...]
    instalment_counts: tuple[int, ...] = (1,)
    regular: bool = False


_YEAR = (365, 365)
_KASKO_RISKS = (
    Risk("DAMAGE", "Ущерб", deductible=True),
    Risk("THEFT", "Хищение"),
    Risk("GLASS", "Повреждение остекления", 10, aggregate=True),
    Risk("ASSIST", "Помощь на дороге", 1, aggregate=True),
)
_LIFE_RISKS = (
    Risk("SURVIVAL", "Дожитие до окончания срока"),
    Risk("DEATH", "Уход из жизни по любой причине"),
    Risk("ACCIDENT", "Уход из жизни в результате несчастного случая"),
)

PRODUCTS: dict[Line, tuple[ProductTerms, ...]] = {
    Line.KASKO: (
        ProductTerms(
            Product("KASKO-FULL", Line.KASKO, "КАСКО Полное", "171.4"),
            (800_000, 6_000_000, 10_000),
            (300, 800),
            _YEAR,
            _KASKO_RISKS,
            (1, 2, 4),
        ),
        ProductTerms(
            Product("KASKO-MINI", Line.KASKO, "КАСКО Компакт", "171.4"),
            (500_000, 3_000_000, 10_000),
            (120, 300),
            _YEAR,
            (_KASKO_RISKS[0], _KASKO_RISKS[2]),
            (1, 2),
        ),
    ),
    Line.OSAGO: (
        ProductTerms(
            Product("OSAGO", Line.OSAGO, "ОСАГО", "431-П"),
            (400_000, 400_000, 1),
            (80, 420),
            _YEAR,
            (
                Risk("TP_PROPERTY", "Вред имуществу потерпевших"),
                Risk("TP_HEALTH", "Вред жизни и здоровью потерпевших", 125),
            ),
        ),
    ),
    Line.PROPERTY: (
        ProductTerms(
            Product("FLAT", Line.PROPERTY, "Квартира под защитой", "167.2"),
            (1_000_000, 15_000_000, 50_000),
            (15, 60),
            _YEAR,
            (
                Risk("FIRE", "Пожар и взрыв", deductible=True),
                Risk("WATER", "Залив", 30, aggregate=True, deductible=True),
                Risk("BURGLARY", "Кража со взломом", 30),
                Risk("NEIGHBOURS", "Ответственность перед соседями", 10, aggregate=True),
            ),
            (1, 2),
        ),
        ProductTerms(
            Product("HOUSE", Line.PROPERTY, "Загородный дом", "167.2"),
            (2_000_000, 30_000_000, 100_000),
            (20, 80),
            _YEAR,
            (
                Risk("FIRE", "Пожар и взрыв", deductible=True),
                Risk("DISASTER", "Стихийные бедствия"),
                Risk("BURGLARY", "Кража со взломом", 20),
            ),
            (1, 2, 4),
        ),
    ),
    Line.TRAVEL: (
        ProductTerms(
            Product("TRAVEL", Line.TRAVEL, "Путешествие за рубеж", "174.1"),
            (3_000_000, 10_000_000, 500_000),
            (5, 25),
            (5, 60),
            (
                Risk("MEDICAL", "Медицинские расходы"),
                Risk("LUGGAGE", "Утрата багажа", 2, aggregate=True),
                Risk("CANCEL", "Отмена поездки", 3, aggregate=True, deductible=True),
            ),
        ),
    ),
    Line.HEALTH: (
        ProductTerms(
            Product("DMS", Line.HEALTH, "ДМС Семейный", "152.3"),
            (500_000, 3_000_000, 100_000),
            (300, 900),
            _YEAR,
            (
                Risk("OUTPATIENT", "Амбулаторная помощь"),
                Risk("DENTAL", "Стоматология", 20, aggregate=True),
                Risk("INPATIENT", "Стационарная помощь"),
            ),
            (1, 4),
        ),
    ),
    Line.LIFE: (
        ProductTerms(
            Product("NSJ", Line.LIFE, "Забота о будущем (НСЖ)", "201.5"),
            (600_000, 5_000_000, 50_000),
            (10_000, 10_000),
            (5 * 365, 10 * 365),
            (*_LIFE_RISKS, Risk("DISABILITY", "Инвалидность I и II группы")),
            (1, 4),
            regular=True,
        ),
        ProductTerms(
            Product("ISJ", Line.LIFE, "Управление капиталом (ИСЖ)", "203.7"),
            (500_000, 8_000_000, 50_000),
            (10_000, 10_000),
            (3 * 365, 5 * 365),
            _LIFE_RISKS,
        ),
        ProductTerms(
            Product("DSJ", Line.LIFE, "Долевое страхование жизни", "207.1"),
            (500_000, 5_000_000, 50_000),
            (10_000, 10_000),
            (5 * 365, 10 * 365),
            _LIFE_RISKS,
        ),
    ),
}

BY_CODE = {terms.product.code: terms for line in PRODUCTS.values() for terms in line}
