"""One-time codes: sent with the transaction that wants them, checked with attempts counted."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from domain.accounts.models import Code, CodeId, CodePurpose
from domain.accounts.ports import Message, Template, Topic
from domain.accounts.problems import WrongCode

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from domain.accounts.ports import AccountPorts, UnitOfWork
    from domain.models import ContactKind
    from domain.money import Locale

__all__ = ["check", "is_right", "send"]


async def send(
    ports: AccountPorts,
    work: UnitOfWork,
    purpose: CodePurpose,
    subject: UUID,
    contact: tuple[ContactKind, str],
    locale: Locale,
    now: datetime,
    *,
    about: Mapping[str, str] | None = None,
    instead: Template | None = None,
) -> None:
    """Make a code and leave it to be sent, as long as it is good; those sent before for the same are void.

    ``about``: what else the message says. With ``instead`` another message goes in its place, at the same work, and
    nobody knows the code.
    """
    text, hash_ = ports.issuer.code()
    kind, address = contact
    expires_at = now + ports.lifetimes.code
    await work.codes.add(Code(CodeId(uuid4()), purpose, subject, kind, address, hash_, now, expires_at))
    topic = Topic(purpose, subject)
    if instead is None:
        values = {**(about or {}), "code": text, "purpose": purpose.value}
        message = Message(kind, address, Template.CODE, locale, values, expires_at, topic)
    else:
        message = Message(kind, address, instead, locale, topic=topic)
    await work.outbox.add(message)


async def check(
    ports: AccountPorts,
    work: UnitOfWork,
    purpose: CodePurpose,
    subject: UUID,
    kind: ContactKind,
    given: str,
    now: datetime,
    *,
    again: bool = False,
    is_void: bool = False,
) -> WrongCode | None:
    """Take a code; a wrong try is counted. With ``again`` the one that was used is taken once more.

    One that ``is_void`` is not taken even where somebody guesses it; it costs the same.
    """
    code = await work.codes.newest(purpose, subject, kind)
    most = ports.lifetimes.code_attempts
    if code is None or code.attempts >= most or now >= code.expires_at or (code.used_at is not None) is not again:
        return WrongCode(0)
    if not ports.issuer.is_code(given.strip(), code.hash) or is_void:
        await work.codes.tried(code.id)
        return WrongCode(most - code.attempts - 1)
    if not again:
        await work.codes.used(code.id, now)
    return None


async def is_right(
    ports: AccountPorts,
    work: UnitOfWork,
    purpose: CodePurpose,
    subject: UUID,
    kind: ContactKind,
    given: str,
    now: datetime,
) -> bool:
    """Return whether a code would be taken; nothing is counted, so whoever asks has to take it after that."""
    code = await work.codes.newest(purpose, subject, kind)
    if code is None or code.attempts >= ports.lifetimes.code_attempts or now >= code.expires_at:
        return False
    return code.used_at is None and ports.issuer.is_code(given.strip(), code.hash)
