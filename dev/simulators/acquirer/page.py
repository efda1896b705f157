"""The payment page: an amount, three invented cards by name, and three buttons. There is nowhere to type anything."""

import base64
import hashlib
from html import escape
from importlib.resources import files
from typing import Final
from urllib.parse import urlencode

from dev.simulators.acquirer.address import Address
from dev.simulators.acquirer.orders import CARDS, Card, Order
from dev.simulators.acquirer.texts import LANGUAGES, NAMES, money, text

STYLE: Final = files(__package__).joinpath("page.css").read_text(encoding="utf-8")
DIGEST: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
ACTIONS: Final = ("pay", "remember", "decline")


def policy(back_to: str = "") -> str:
    """What the page may do; a browser counts the way back, at the end of a form's way, as the form's own."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src 'sha256-{DIGEST}'",
            "img-src data:",
            "base-uri 'none'",
            f"form-action 'self' {back_to}".rstrip(),
            "frame-ancestors 'none'",
        )
    )


def payable(order: Order, address: Address, until: str, language: str) -> str:
    """The page of an order that can be paid; `until` is a time of day."""
    amount = money(order.amount, language)
    cards = "".join(card(each, language, first=not index) for index, each in enumerate(CARDS.values()))
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in {**address.fields, "lang": language}.items()
    )
    buttons = "".join(
        f'<button name="action" value="{action}">{escape(text(action, language).format(amount))}</button>'
        for action in ACTIONS
    )
    content = (
        f'<p class="shop">{text("shop", language)}</p><h1>{amount}</h1>'
        f'<p class="bill">{text("bill", language)} {escape(order.bill)}</p>'
        f'<p class="until">{text("until", language).format(until)}</p>'
        f'<form method="post" action="/pay">{hidden}'
        f"<fieldset><legend>{text('choose', language)}</legend>{cards}</fieldset>{buttons}</form>"
    )
    return whole(order.state, content, language, address.fields)


def over(order: Order, address: Address, language: str) -> str:
    """The page of an order that cannot be paid any more: what became of it, and the way back."""
    bill = f'<p class="bill">{text("bill", language)} {escape(order.bill)}, {money(order.amount, language)}</p>'
    return said(order.state, language, address, bill if order.amount else "")


def said(what: str, language: str, address: Address | None = None, more: str = "") -> str:
    """A page that only tells; with an address it leads back."""
    back = f'<a class="back" href="{escape(address.back)}">{text("back", language)}</a>' if address else ""
    content = f"<h1>{text(what, language)}</h1>{more}<p>{text(f'{what}.note', language)}</p>{back}"
    return whole(what, content, language, address.fields if address else None)


def card(chosen: Card, language: str, *, first: bool) -> str:
    """One card to choose."""
    name = chosen.en if language == "en" else chosen.ru
    checked = " checked" if first else ""
    return (
        f'<label class="{chosen.key}"><input type="radio" name="card" value="{chosen.key}"{checked}>'
        f"<i></i>{escape(name)}</label>"
    )


def whole(kind: str, content: str, language: str, parameters: dict[str, str] | None) -> str:
    """Put the page together."""
    title = text("title", language)
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{title}</title>\n<link rel="icon" href="data:,">\n<style>{STYLE}</style>\n</head>\n'
        f'<body>\n{languages(language, parameters)}<main class="{escape(kind)}">{content}</main>\n'
        f'<p class="note">{text("note", language)}</p>\n</body>\n</html>\n'
    )


def languages(language: str, parameters: dict[str, str] | None) -> str:
    """The choice of language, where there is a page to show in it."""
    if parameters is None:
        return ""
    links = [
        f'<span aria-current="true">{NAMES[each]}</span>'
        if each == language
        else f'<a href="/pay?{escape(urlencode({**parameters, "lang": each}))}" lang="{each}">{NAMES[each]}</a>'
        for each in LANGUAGES
    ]
    return f"<nav>{''.join(links)}</nav>\n"
