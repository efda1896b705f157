"""Values as the core writes them; contract, sections 3 and 6."""

import re
from datetime import date, datetime
from decimal import Decimal

from dev.simulators.kit import MOSCOW
from dev.simulators.population.records import (
    ConsentPurpose,
    DeductibleKind,
    DocumentKind,
    Line,
    PolicyStatus,
    Role,
    Sex,
)

RUB = "643"
UNKNOWN_CODE = "99"
NO_BREAK_SPACE = "\u00a0"

LINES = {Line.KASKO: 10, Line.OSAGO: 20, Line.PROPERTY: 30, Line.TRAVEL: 40, Line.HEALTH: 50, Line.LIFE: 60}
ROLES = {Role.HOLDER: 1, Role.OWNER: 2, Role.DRIVER: 3, Role.LIFE_ASSURED: 4, Role.BENEFICIARY: 5}
DEDUCTIBLES = {DeductibleKind.UNCONDITIONAL: 1, DeductibleKind.CONDITIONAL: 2, DeductibleKind.DYNAMIC: 3}
DOCUMENTS = {DocumentKind.POLICY: 1, DocumentKind.RULES: 2, DocumentKind.RECEIPT: 3, DocumentKind.MEMO: 4}
CONSENTS = {
    ConsentPurpose.PERSONAL_DATA: 1,
    ConsentPurpose.MARKETING: 2,
    ConsentPurpose.ELECTRONIC_DOCUMENTS: 3,
}
SEXES = {Sex.MALE: "М", Sex.FEMALE: "Ж"}
STATES = {
    PolicyStatus.AWAITING_PAYMENT: "Ожидает оплаты",
    PolicyStatus.FUTURE: "Не вступил в силу",
    PolicyStatus.ACTIVE: "Действует",
    PolicyStatus.EXPIRED: "Закончен",
    PolicyStatus.CANCELLED: "Расторгнут",
}
DICTIONARIES: dict[str, dict[int, str]] = {
    "LINE": {10: "КАСКО", 20: "ОСАГО", 30: "Имущество", 40: "Путешествия", 50: "Здоровье", 60: "Жизнь"},
    "ROLE": {1: "Страхователь", 2: "Собственник", 3: "Водитель", 4: "Застрахованный", 5: "Выгодоприобретатель"},
    "DEDUCTIBLE": {1: "Безусловная", 2: "Условная", 3: "Динамическая"},
    "DOCUMENT": {1: "Полис", 2: "Правила страхования", 3: "Квитанция", 4: "Памятка"},
    "CONSENT": {1: "Обработка персональных данных", 2: "Рекламная рассылка", 3: "Электронный документооборот"},
    "CURRENCY": {643: "RUB", 840: "USD", 978: "EUR", 156: "CNY"},
    "RENEWAL_REFUSAL": {
        1: "Рано",
        2: "Срок продления истёк",
        3: "Договор расторгнут",
        4: "Есть задолженность",
        5: "Продукт не продлевается",
        6: "Уже продлён",
    },
    "BILL": {1: "Открыт", 2: "Оплачен", 3: "Аннулирован"},
    "EVENT": {1: "Договор изменён", 2: "Счёт оплачен", 3: "Документ выпущен", 4: "Контакты изменены"},
}


def isn(number: int, *, lossy: bool = False) -> str:
    """2596516901.0, or 2.5965169e+09 when digits are lost on the way."""
    return f"{number:.7e}" if lossy else f"{number}.0"


def isn_of(text: str) -> int:
    """The number in an ISN that has passed the schema."""
    return int(text.removesuffix(".0"))


def day(value: date) -> str:
    """06.06.2026."""
    return value.strftime("%d.%m.%Y")


def moment(value: datetime) -> str:
    """06.06.2026 12:00:00."""
    return value.strftime("%d.%m.%Y %H:%M:%S")


def amount(value: Decimal) -> str:
    """1 234,56: the space is a plain one in sums of even roubles, else a no-break one."""
    space = " " if int(value) % 2 == 0 else NO_BREAK_SPACE
    return f"{value:,.2f}".replace(",", space).replace(".", ",")


def amount_of(text: str) -> Decimal:
    """The sum in a text that has passed the schema."""
    return Decimal(re.sub(r"\s", "", text).replace(",", "."))


def moment_of(text: str) -> datetime:
    """The moment in a text that has passed the schema, in Moscow. Raises: ValueError for none of the calendar."""
    return datetime.strptime(text, "%d.%m.%Y %H:%M:%S").replace(tzinfo=MOSCOW)


def decimal(value: Decimal) -> str:
    """50,00."""
    return f"{value:.2f}".replace(".", ",")


def flag(value: bool) -> str:
    """Y or N."""
    return "Y" if value else "N"


def phone(e164: str, style: int) -> str:
    """The phone as this client once wrote it; one from abroad is never shortened."""
    if not e164.startswith("+7"):
        return e164
    area, rest = e164[2:5], e164[5:]
    return (f"8 ({area}) {rest[:3]}-{rest[3:5]}-{rest[5:]}", e164, f"+7 {area} {rest}")[style % 3]


def e164_of(text: str) -> str:
    """A phone in any Russian spelling as E.164."""
    digits = re.sub(r"\D", "", text)
    return f"+7{digits[-10:]}" if len(digits) in {10, 11} else ""
