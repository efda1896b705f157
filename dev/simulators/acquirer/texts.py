"""What the customer reads, in Russian and English."""

from typing import Final

from dev.simulators.acquirer.orders import State

LANGUAGES: Final = ("ru", "en")
NAMES: Final = {"ru": "Русский", "en": "English"}

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "title": ("Оплата", "Payment"),
    "shop": ("Страховая компания", "Insurance company"),
    "bill": ("Счёт", "Bill"),
    "until": ("Оплатить можно до {} по московскому времени", "Can be paid until {} Moscow time"),
    "choose": ("Выберите карту", "Choose a card"),
    "pay": ("Оплатить {}", "Pay {}"),
    "remember": ("Оплатить и запомнить карту", "Pay and remember the card"),
    "decline": ("Отклонить", "Decline"),
    "note": (
        "Это имитация банка: карты придуманы, деньги не списываются. Номер карты здесь не спросят никогда.",
        "This bank is a simulation: the cards are invented and no money moves. You are never asked for a card number.",
    ),
    "back": ("Вернуться в личный кабинет", "Back to your account"),
    "FORGED": ("Эта ссылка на оплату недействительна", "This payment link is not valid"),
    "FORGED.note": (
        "Вернитесь в личный кабинет и начните оплату заново.",
        "Go back to your account and start the payment again.",
    ),
    "DIFFERS": ("Этот заказ уже открыт с другой суммой", "This order is already open with another amount"),
    "DIFFERS.note": ("Вернитесь в личный кабинет.", "Go back to your account."),
    State.PAID: ("Оплачено", "Paid"),
    f"{State.PAID}.note": ("Деньги списаны один раз.", "The money was taken once."),
    State.DECLINED: ("Платёж отклонён", "The payment was declined"),
    f"{State.DECLINED}.note": ("Деньги не списаны.", "No money was taken."),
    State.EXPIRED: ("Время на оплату вышло", "The time to pay is over"),
    f"{State.EXPIRED}.note": ("Деньги не списаны.", "No money was taken."),
    State.CANCELLED: ("Платёж отменён", "The payment was cancelled"),
    f"{State.CANCELLED}.note": ("Деньги не списаны.", "No money was taken."),
}


def text(key: str, language: str) -> str:
    """The text of a key."""
    return TEXTS[key][LANGUAGES.index(language)]


def money(kopecks: int, language: str) -> str:
    """`5 000 232,42 ₽` in Russian, `RUB 5,000,232.42` in English; the spaces do not break."""
    roubles, rest = divmod(kopecks, 100)
    if language == "en":
        return f"RUB\u00a0{roubles:,}.{rest:02}"
    return f"{roubles:,}".replace(",", "\u00a0") + f",{rest:02}\u00a0₽"


def chosen(asked: str | None, accepted: str) -> str:
    """The language asked for, else the first of ours that the browser accepts, else Russian."""
    if asked in LANGUAGES:
        return asked
    tags = (part.split(";")[0].strip().lower()[:2] for part in accepted.split(","))
    return next((tag for tag in tags if tag in LANGUAGES), "ru")
