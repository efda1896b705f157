"""Addresses that a message may be sent to: nothing in them that a protocol could take for its own."""

from __future__ import annotations

import re
from typing import Final

from domain.accounts.errors import ChannelRefused

__all__ = ["email", "phone"]

ATOM: Final = r"[\w!#$%&'*+/=?^`{|}~-]+"
LOCAL: Final = re.compile(rf"(?=.{{1,64}}\Z){ATOM}(?:\.{ATOM})*")
LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
DOMAIN: Final = re.compile(rf"(?=.{{1,253}}\Z){LABEL}(?:\.{LABEL})+", re.ASCII)
PHONE: Final = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)


def email(address: str) -> str:
    """Return an address with its domain in ASCII (``почта.рф`` as ``xn--...``). Raises: ``ChannelRefused``."""
    local, _, domain = address.rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        domain = ""
    if not LOCAL.fullmatch(local) or not DOMAIN.fullmatch(domain):
        raise ChannelRefused("not an e-mail address")
    return f"{local}@{domain}"


def phone(address: str) -> str:
    """Return a number in E.164. Raises: ``ChannelRefused``."""
    if not PHONE.fullmatch(address):
        raise ChannelRefused("not a phone number")
    return address
