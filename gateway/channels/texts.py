"""What people read in messages, in one table. An SMS has room for 134 characters in Cyrillic: two segments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from domain.accounts.errors import ChannelRefused
from domain.accounts.ports import Message
from domain.models import ContactKind
from domain.money import Locale
from gateway.channels.payment_texts import PAYMENT_TEXTS
from gateway.channels.rows import Row

__all__ = ["TEXTS", "Row", "Wording", "wording"]


@dataclass(frozen=True, slots=True)
class Wording:
    """A message as it is read; an SMS has no subject."""

    locale: Locale
    subject: str
    text: str


def _code(subject: tuple[str, str], what: tuple[str, str]) -> Row:
    """Make the row of a code: all say the same, but for what it is for."""
    russian, english = what
    return Row(
        subject,
        (
            f"{{code}} — код {russian}. Никому его не сообщайте.",
            f"{{code}} is your code {english}. Do not tell it to anyone.",
        ),
        (
            (
                f"{{code}} — код {russian}.\n\n"
                "Никому его не сообщайте: наши сотрудники никогда не спрашивают коды.\n"
                "Если вы его не запрашивали, ничего делать не нужно: без кода ничего не изменится.\n"
            ),
            (
                f"{{code}} is your code {english}.\n\n"
                "Do not tell it to anyone: our staff never ask for codes.\n"
                "If you did not ask for it, there is nothing to do: nothing changes without the code.\n"
            ),
        ),
    )


TEXTS: Final[Mapping[str, Row]] = {
    **PAYMENT_TEXTS,
    "CODE": _code(("Код подтверждения", "Your code"), ("подтверждения", "of confirmation")),
    "CODE.REGISTRATION": _code(
        ("Код для регистрации", "Your registration code"),
        ("для регистрации в личном кабинете", "to register your account"),
    ),
    "CODE.SIGN_IN": _code(
        ("Код для входа", "Your sign-in code"), ("для входа в личный кабинет", "to sign in to your account")
    ),
    "CODE.RECOVERY": _code(
        ("Код для восстановления доступа", "Your recovery code"),
        ("для восстановления доступа к личному кабинету", "to recover your account"),
    ),
    "CODE.CONTACT_CHANGE": _code(
        ("Код для смены контакта", "Your code to change a contact"),
        ("для смены телефона или почты", "to change your phone or e-mail"),
    ),
    "CODE.SIGNATURE": Row(
        ("Код для подписи", "Your code to sign"),
        (
            "{code} — код подписи. Продление: {product}, {term}, {price}. Никому его не сообщайте.",
            "{code} is your code to renew {product}, {term}, {price}. Do not tell it to anyone.",
        ),
        (
            (
                "{code} — код, которым вы подписываете продление полиса.\n\n"
                "Продукт: {product}\nСрок: {term}\nЦена: {price}\n\n"
                "Никому его не сообщайте: наши сотрудники никогда не спрашивают коды.\n"
            ),
            (
                "{code} is your code to sign the renewal of a policy.\n\n"
                "Product: {product}\nTerm: {term}\nPrice: {price}\n\n"
                "Do not tell it to anyone: our staff never ask for codes.\n"
            ),
        ),
    ),
    "ACCOUNT_LOCKED": Row(
        ("Вход в личный кабинет закрыт", "Your account is locked"),
        (
            "Вход в личный кабинет закрыт из-за подозрительных действий. Позвоните нам, чтобы его открыть.",
            "Your account is locked because of unusual activity. Call us to unlock it.",
        ),
        (
            (
                "Мы закрыли вход в ваш личный кабинет из-за подозрительных действий.\n\n"
                "Чтобы открыть его снова, позвоните нам по номеру, указанному в вашем полисе.\n"
            ),
            (
                "We have locked your account because of unusual activity.\n\n"
                "To unlock it, call us at the number on your policy.\n"
            ),
        ),
    ),
    "PASSWORD_CHANGED": Row(
        ("Пароль изменён", "Your password was changed"),
        (
            "Пароль от личного кабинета изменён. Если это сделали не вы, срочно позвоните нам.",
            "The password of your account was changed. If it was not you, call us at once.",
        ),
        (
            (
                "Пароль от вашего личного кабинета изменён, на других устройствах вход завершён.\n\n"
                "Если это сделали не вы, срочно позвоните нам по номеру, указанному в вашем полисе.\n"
            ),
            (
                "The password of your account was changed, and other devices were signed out.\n\n"
                "If it was not you, call us at once at the number on your policy.\n"
            ),
        ),
    ),
    "CONTACT_CHANGED": Row(
        ("Контакт изменён", "Your contact was changed"),
        (
            "Телефон или почта в личном кабинете изменены. Если это сделали не вы, срочно позвоните нам.",
            "The phone or e-mail of your account was changed. If it was not you, call us at once.",
        ),
        (
            (
                "Телефон или адрес почты в вашем личном кабинете изменён, и наши сообщения теперь приходят туда.\n\n"
                "Если это сделали не вы, срочно позвоните нам по номеру, указанному в вашем полисе.\n"
            ),
            (
                "The phone or the e-mail address of your account was changed, and our messages go there now.\n\n"
                "If it was not you, call us at once at the number on your policy.\n"
            ),
        ),
    ),
    "REGISTERED": Row(
        ("Вы зарегистрированы", "You are registered"),
        (
            "Вы зарегистрированы в личном кабинете. Если это сделали не вы, позвоните нам.",
            "Your account is ready. If it was not you who registered, call us.",
        ),
        (
            (
                "Вы зарегистрированы в личном кабинете: полисы, убытки и договоры теперь в одном месте.\n\n"
                "Если это сделали не вы, позвоните нам по номеру, указанному в вашем полисе.\n"
            ),
            (
                "Your account is ready: policies, claims and contracts are in one place now.\n\n"
                "If it was not you who registered, call us at the number on your policy.\n"
            ),
        ),
    ),
    "NO_ACCOUNT": Row(
        ("Личный кабинет не найден", "No account was found"),
        (
            "Кто-то восстанавливал доступ по этому номеру, но личного кабинета с ним нет.",
            "Someone tried to recover an account with this number, but there is none.",
        ),
        (
            (
                "Кто-то пытался восстановить доступ к личному кабинету по этому адресу, но кабинета с ним нет.\n\n"
                "Если это были вы, попробуйте другой адрес или телефон. Если не вы, ничего делать не нужно.\n"
            ),
            (
                "Someone tried to recover an account with this address, but there is none.\n\n"
                "If it was you, try another address or a phone. If it was not, there is nothing to do.\n"
            ),
        ),
    ),
    "ATTEMPTS_USED_UP": Row(
        ("Много попыток входа", "Many attempts to sign in"),
        (
            "В ваш личный кабинет много раз пытались войти или восстановить доступ. Попробуйте немного позже.",
            "Many attempts were made to sign in to your account or to recover it. Try again a little later.",
        ),
        (
            (
                "В ваш личный кабинет много раз пытались войти или восстановить доступ. Это ненадолго приостановлено "
                "и скоро станет возможно само.\n\n"
                "Если это были не вы, смените пароль и включите вход с кодом или позвоните нам по номеру, "
                "указанному в вашем полисе.\n"
            ),
            (
                "Many attempts were made to sign in to your account or to recover it. This is paused for a while "
                "and will be possible again by itself soon.\n\n"
                "If it was not you, change your password and turn on sign-in with a code, or call us at the number "
                "on your policy.\n"
            ),
        ),
    ),
    "ACTIVATION": Row(
        ("Ваш личный кабинет готов", "Your account is waiting"),
        ("Откройте личный кабинет: {link}", "Open your account: {link}"),
        (
            (
                "Мы подготовили для вас личный кабинет. Чтобы открыть его, перейдите по ссылке:\n\n{link}\n\n"
                "Ссылка действует ограниченное время. Никому её не пересылайте.\n"
            ),
            (
                "We have prepared an account for you. To open it, follow the link:\n\n{link}\n\n"
                "The link works for a limited time. Do not forward it to anyone.\n"
            ),
        ),
    ),
}


def wording(message: Message) -> Wording:
    """Put a message into words; a code of a purpose without a row of its own is just a code.

    Raises: ``ChannelRefused`` when a value is missing: it will be missing tomorrow too.
    """
    family = message.template.value
    row = TEXTS.get(f"{family}.{message.values.get('purpose', '')}") or TEXTS[family]
    at = 0 if message.locale is Locale.RU else 1
    text = (row.mail if message.kind is ContactKind.EMAIL else row.sms)[at]
    values = {name: one_line(value) for name, value in message.values.items()}
    try:
        return Wording(message.locale, row.subject[at], text.format_map(values))
    except KeyError as missing:
        raise ChannelRefused(f"no value for {missing.args[0]}") from None


def one_line(value: str) -> str:
    """Return a value without line breaks and what else does not print: it must not look like text of ours."""
    return "".join(each if each.isprintable() else " " for each in value)
