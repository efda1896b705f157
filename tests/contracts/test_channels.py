"""What channels promise, of the fake and of the real ones on real sockets."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator

import pytest

from domain.accounts.errors import ChannelRefused
from domain.accounts.ports import Template
from domain.models import ContactKind
from domain.money import Locale
from gateway.channels import texts
from tests.contracts.channels import CODE, Subject, faked, message, real
from tests.messages import MessagesProcess, running_messages

KINDS = list(ContactKind)
NUMBERED = (Template.RENEWAL_AGREED, Template.RENEWAL_REPRICED, Template.PAYMENT_READY, Template.PAYMENT_FAILED)
VALUES = {
    Template.CODE: CODE,
    Template.ACTIVATION: {"link": "https://cabinet.example/a/Zk3-x_9"},
    **{each: {"number": "42"} for each in NUMBERED},
}
HOSTILE = "\r\nBcc: eve@evil.example\r\n\r\nhello"


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MessagesProcess]:
    with running_messages(tmp_path_factory.mktemp("messages")) as started:
        yield started


@pytest.fixture(params=["fake", "real"])
async def subject(request: pytest.FixtureRequest) -> AsyncIterator[Subject]:
    opening = faked() if request.param == "fake" else real(request.getfixturevalue("process"))
    async with opening as found:
        yield found


def fresh(kind: ContactKind) -> str:
    number = uuid.uuid4().int
    return f"+7{number % 10**10:010}" if kind is ContactKind.PHONE else f"somebody-{number}@mail.example"


@pytest.mark.parametrize("locale", Locale)
@pytest.mark.parametrize("template", Template)
@pytest.mark.parametrize("kind", KINDS)
async def test_every_template_arrives_as_written(
    subject: Subject, kind: ContactKind, template: Template, locale: Locale
) -> None:
    sent = message(kind, template, VALUES.get(template, {}), address=fresh(kind), locale=locale)
    await subject.channels.send(sent, uuid.uuid4().hex)
    assert subject.texts(sent.address) == [texts.wording(sent).text.rstrip("\n")]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_message_sent_again_under_its_key_arrives_once(subject: Subject, kind: ContactKind) -> None:
    sent, key = message(kind, address=fresh(kind)), f"ключ {uuid.uuid4()}\r\n"
    for _ in range(3):
        await subject.channels.send(sent, key)
    assert len(subject.texts(sent.address)) == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_the_same_message_under_another_key_is_another(subject: Subject, kind: ContactKind) -> None:
    sent = message(kind, address=fresh(kind))
    for _ in range(2):
        await subject.channels.send(sent, uuid.uuid4().hex)
    assert len(subject.texts(sent.address)) == 2


@pytest.mark.parametrize("value", ["Ёлка 🎄 “кавычки” \u202e", "<b>&amp;</b>", "{code.__class__} %s", "." * 2000])
async def test_values_arrive_whatever_they_are_made_of(subject: Subject, value: str) -> None:
    sent = message(ContactKind.EMAIL, values={"code": value}, address=fresh(ContactKind.EMAIL))
    await subject.channels.send(sent, uuid.uuid4().hex)
    (text,) = subject.texts(sent.address)
    assert text.startswith(value.replace("\u202e", " "))


@pytest.mark.parametrize("kind", KINDS)
async def test_line_breaks_of_a_value_make_no_lines(subject: Subject, kind: ContactKind) -> None:
    sent = message(kind, values={"code": f"1{HOSTILE}"}, address=fresh(kind))
    await subject.channels.send(sent, uuid.uuid4().hex)
    (text,) = subject.texts(sent.address)
    assert text.startswith("1  Bcc: eve@evil.example    hello — код")


@pytest.mark.parametrize(
    "address",
    [
        f"anna@mail.example{HOSTILE}",
        f"anna{HOSTILE}@mail.example",
        "anna@mail.example\n",
        "anna@mail.example,eve@evil.example",
        "anna@mail.example eve@evil.example",
        "<anna@mail.example>",
        "Anna <anna@mail.example>",
        '"a b"@mail.example',
        "anna@[127.0.0.1]",
        "anna@mail.example> SIZE=1",
        "anna",
        "@mail.example",
        "anna@",
        "a..b@mail.example",
        "anna@" + "m" * 64 + ".example",
        "a" * 65 + "@mail.example",
        "anna\u2028@mail.example",
        "",
    ],
)
async def test_what_is_no_mail_address_is_refused(subject: Subject, address: str) -> None:
    sent = message(ContactKind.EMAIL)
    object.__setattr__(sent, "address", address)
    with pytest.raises(ChannelRefused) as refused:
        await subject.channels.send(sent, "key")
    assert refused.value.reason == "not an e-mail address"


@pytest.mark.parametrize(
    "address", ["89161234567", "+7916", "+7916123456७", "+79161234567\n", "+7 916 123-45-67", "+0123456789", "anna@a.b"]
)
async def test_what_is_no_number_is_refused(subject: Subject, address: str) -> None:
    with pytest.raises(ChannelRefused) as refused:
        await subject.channels.send(message(ContactKind.PHONE, address=address), "key")
    assert refused.value.reason == "not a phone number"


@pytest.mark.parametrize("kind", KINDS)
async def test_a_value_that_is_missing_is_missing_for_good(subject: Subject, kind: ContactKind) -> None:
    with pytest.raises(ChannelRefused, match="no value for link"):
        await subject.channels.send(message(kind, Template.ACTIVATION, {}), "key")
