"""Letters as the mail server gets them: headers, encodings, encryption."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.accounts.errors import ChannelRefused, ChannelUnavailable
from domain.models import ContactKind
from domain.money import Locale
from gateway.channels.sending import mark_of
from gateway.settings import MailTls
from tests.authority import Authority
from tests.contracts.channels import message, sending
from tests.messages import SENDER, MessagesProcess, running_messages

MAIL = ContactKind.EMAIL
HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "Content-Type",
    "Content-Transfer-Encoding",
    "MIME-Version",
    "Content-Language",
]


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MessagesProcess]:
    with running_messages(tmp_path_factory.mktemp("messages")) as started:
        yield started


async def test_a_letter_says_who_what_and_when(process: MessagesProcess) -> None:
    key = uuid.uuid4().hex
    async with sending(process.settings()) as channels:
        await channels.send(message(MAIL), key)
    headers = dict(process.delivered()[0]["headers"])
    assert headers["From"] == f"Страховая компания <{SENDER}>"
    assert headers["To"] == "anna.k@mail.example"
    assert headers["Subject"] == "Код для входа"
    assert headers["Date"] == "Thu, 15 Jan 2026 09:00:00 +0000"
    assert headers["Message-ID"] == f"<{mark_of(key)}@insurer.example>"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["Content-Language"] == "ru"
    assert headers["Content-Type"] == 'text/plain; charset="utf-8"'


@pytest.mark.parametrize(
    "value", ["1\r\nBcc: eve@evil.example", "1\r\n\r\n--\r\nBcc: e@e.example", "1\n.\nQUIT", "\x00"]
)
async def test_no_value_and_no_key_adds_a_header(process: MessagesProcess, value: str) -> None:
    sent = message(MAIL, values={"code": value, "purpose": value, "Bcc": value}, locale=Locale.EN)
    async with sending(process.settings()) as channels:
        await channels.send(sent, f"{uuid.uuid4()}{value}")
    kept = process.delivered()[0]
    assert [name for name, _ in kept["headers"]] == HEADERS
    assert kept["address"] == sent.address


@pytest.mark.parametrize(
    "given, reached",
    [
        ("анна@mail.example", "анна@mail.example"),
        ("anna@почта.рф", "anna@xn--80a1acny.xn--p1ai"),
        ("Anna+tag@Mail.Example", "Anna+tag@mail.example"),
    ],
)
async def test_addresses_in_other_letters_are_reached(process: MessagesProcess, given: str, reached: str) -> None:
    async with sending(process.settings()) as channels:
        await channels.send(message(MAIL, address=given), uuid.uuid4().hex)
    kept = process.delivered()[0]
    assert (kept["address"], dict(kept["headers"])["To"]) == (reached, reached)


@pytest.mark.parametrize("tls", [MailTls.STARTTLS, MailTls.TLS])
async def test_tls_is_spoken_with_a_server_that_is_vouched_for_and_with_no_other(tmp_path: Path, tls: MailTls) -> None:
    authority, stranger = Authority("ours"), Authority("a stranger's")
    certificate = authority.certified(tmp_path)
    with running_messages(tmp_path, "--tls", tls.value, "--certificate", str(certificate)) as process:
        async with sending(process.settings(tls=tls, ca=authority.write(tmp_path / "ca.pem"))) as channels:
            await channels.send(message(MAIL), "encrypted")
        assert len(process.delivered()) == 1
        async with sending(process.settings(tls=tls, ca=stranger.write(tmp_path / "no.pem"))) as channels:
            with pytest.raises(ChannelUnavailable):
                await channels.send(message(MAIL), "distrusted")
        async with sending(process.settings(tls=MailTls.NONE, timeout_s=1)) as channels:
            with pytest.raises((ChannelRefused, ChannelUnavailable)):
                await channels.send(message(MAIL), "in the clear")
        assert len(process.delivered()) == 1


async def test_a_server_that_offers_no_starttls_gets_nothing(process: MessagesProcess) -> None:
    before = len(process.delivered())
    async with sending(process.settings(tls=MailTls.STARTTLS)) as channels:
        with pytest.raises(ChannelUnavailable):
            await channels.send(message(MAIL), "stripped")
    assert len(process.delivered()) == before
