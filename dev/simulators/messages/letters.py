"""Reads a letter as a mail program does."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from dev.simulators.messages.box import Box


def post(box: Box, octets: bytes, recipient: str, **known: Any) -> None:
    """Put a letter into the box; the recipient is the envelope's."""
    letter = message_from_bytes(octets, policy=policy.default)
    assert isinstance(letter, EmailMessage)
    body = letter.get_body(("plain",))
    text = body.get_content() if body is not None else ""
    box.keep(
        "mail",
        str(letter.get("Message-ID", "")).strip(),
        sender=str(letter.get("From", "")),
        address=recipient,
        subject=str(letter.get("Subject", "")),
        text=str(text).replace("\r\n", "\n").rstrip("\n"),
        headers=tuple((name, str(value)) for name, value in letter.items()),
        **known,
    )
