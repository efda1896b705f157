"""The page: every message as on a phone, the newest first. It asks for itself again every two seconds."""

import base64
import hashlib
import re
from collections.abc import Iterable
from html import escape
from importlib.resources import files
from typing import Final

from dev.simulators.messages.box import Kept

STYLE: Final = files(__package__).joinpath("page.css").read_text(encoding="utf-8")
SCRIPT: Final = files(__package__).joinpath("page.js").read_text(encoding="utf-8")
MARKED: Final = re.compile(r"https?://[^\s<>\"']+|\b[0-9]{6}\b")
KINDS: Final = {"sms": "SMS", "mail": "Mail"}


def digest(text: str) -> str:
    """How a policy names an inline text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        f"style-src {digest(STYLE)}",
        f"script-src {digest(SCRIPT)}",
        "connect-src 'self'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)


def page(messages: Iterable[Kept], duplicates: int) -> str:
    """The whole page."""
    shown = "".join(map(card, messages)) or '<p class="none">Nothing was sent yet.</p>'
    dropped = f" {times(duplicates)} dropped." if duplicates else ""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<title>Messages</title>\n"
        '<link rel="icon" href="data:,">\n'
        '<noscript><meta http-equiv="refresh" content="2"></noscript>\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<header><h1>Messages</h1><p>What was sent by SMS and mail, newest first.{dropped}</p></header>\n"
        f"<main>\n{shown}</main>\n<script>{SCRIPT}</script>\n</body>\n</html>\n"
    )


def card(message: Kept) -> str:
    """One message."""
    subject = f"<h2>{escape(message.subject)}</h2>" if message.subject else ""
    again = f'<p class="again">{times(message.duplicates)} dropped</p>' if message.duplicates else ""
    at = message.at
    return (
        f'<article class="{escape(message.kind)}" id="m{message.n}">'
        f'<p class="head"><span class="kind">{KINDS.get(message.kind, escape(message.kind))}</span>'
        f'<span class="to">{escape(message.address)}</span>'
        f'<time datetime="{at.isoformat(timespec="seconds")}">{at:%H:%M:%S}</time></p>'
        f'<p class="from">{escape(message.sender)}</p>'
        f'{subject}<div class="text">{marked(message.text)}</div>{again}</article>\n'
    )


def marked(text: str) -> str:
    """The text with its codes set off and its links to follow; everything is escaped, piece by piece."""
    pieces: list[str] = []
    end = 0
    for found in MARKED.finditer(text):
        pieces.append(escape(text[end : found.start()]))
        piece = escape(found[0])
        is_code = found[0].isdigit()
        pieces.append(f"<b>{piece}</b>" if is_code else f'<a href="{piece}" rel="noreferrer">{piece}</a>')
        end = found.end()
    return "".join([*pieces, escape(text[end:])])


def times(count: int) -> str:
    """A number of duplicates in words."""
    return "1 duplicate" if count == 1 else f"{count} duplicates"
