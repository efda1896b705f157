"""Every fault of the mail server and the SMS gateway, and what it means to who sends."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from domain.accounts.errors import ChannelRefused, ChannelUnavailable
from domain.models import ContactKind
from tests.contracts.channels import ADDRESSES, Seen, message, sending
from tests.contracts.subjects import BRIEF_S
from tests.messages import MessagesProcess, running_messages

MAIL, SMS = ContactKind.EMAIL, ContactKind.PHONE
OPERATIONS = {MAIL: "sendMail", SMS: "sendSms"}
LATE = "no answer in time"
FAULTS = [
    (MAIL, "hang", {}, ChannelUnavailable, LATE),
    (MAIL, "timeout_after_commit", {}, ChannelUnavailable, LATE),
    (MAIL, "slow_first_byte", {}, ChannelUnavailable, LATE),
    (MAIL, "reset_mid_body", {}, ChannelUnavailable, "SMTPServerDisconnected"),
    (MAIL, "http_500", {}, ChannelUnavailable, "SMTP 451"),
    (MAIL, "http_502", {}, ChannelUnavailable, "SMTP 451"),
    (MAIL, "http_503", {}, ChannelUnavailable, "SMTP 451"),
    (MAIL, "http_504", {}, ChannelUnavailable, "SMTP 451"),
    (MAIL, "too_many_requests", {}, ChannelUnavailable, "SMTP 450"),
    (MAIL, "maintenance", {}, ChannelUnavailable, "SMTP 421"),
    (MAIL, "html_page", {}, ChannelUnavailable, "SMTP -1"),
    (MAIL, "in_band_error", {}, ChannelRefused, "SMTP 550"),
    (MAIL, "in_band_error", {"code": "452 4.2.2 mailbox full"}, ChannelUnavailable, "SMTP 452"),
    (SMS, "hang", {}, ChannelUnavailable, LATE),
    (SMS, "timeout_after_commit", {}, ChannelUnavailable, LATE),
    (SMS, "slow_first_byte", {}, ChannelUnavailable, LATE),
    (SMS, "reset_mid_body", {}, ChannelUnavailable, "ClientPayloadError"),
    (SMS, "http_500", {}, ChannelUnavailable, "HTTP 500"),
    (SMS, "http_502", {}, ChannelUnavailable, "HTTP 502"),
    (SMS, "http_503", {}, ChannelUnavailable, "HTTP 503"),
    (SMS, "http_504", {}, ChannelUnavailable, "HTTP 504"),
    (SMS, "too_many_requests", {}, ChannelUnavailable, "HTTP 429"),
    (SMS, "maintenance", {}, ChannelUnavailable, "HTTP 503"),
    (SMS, "html_page", {}, ChannelUnavailable, "the answer is no receipt"),
    (SMS, "in_band_error", {}, ChannelRefused, "HTTP 422"),
    (SMS, "expired_token", {}, ChannelUnavailable, "HTTP 401"),
]
COMMITTED = ["timeout_after_commit", "reset_mid_body"]


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MessagesProcess]:
    with running_messages(tmp_path_factory.mktemp("messages")) as process:
        yield process


@pytest.fixture
def process(started: MessagesProcess) -> Iterator[MessagesProcess]:
    yield started
    started.well()


@pytest.mark.parametrize("kind, fault, parameters, error, reason", FAULTS)
async def test_a_fault_is_told_apart_and_over_when_it_is_over(
    process: MessagesProcess, kind: ContactKind, fault: str, parameters: dict[str, Any], error: Any, reason: str
) -> None:
    seen = Seen()
    slow = reason == LATE
    async with sending(process.settings(timeout_s=BRIEF_S if slow else 20), seen) as channels:
        process.fault(fault, operation=OPERATIONS[kind], **parameters)
        with pytest.raises(error) as failed:
            await channels.send(message(kind), uuid.uuid4().hex)
        assert failed.value.reason == reason
    process.well()
    async with sending(process.settings(), seen) as channels:
        await channels.send(message(kind), uuid.uuid4().hex)
    assert seen.outcomes == [
        (kind, "refused" if error is ChannelRefused else "unavailable", reason),
        (kind, "sent", ""),
    ]


@pytest.mark.parametrize("kind", OPERATIONS)
async def test_a_refused_connection_is_worth_a_retry(process: MessagesProcess, kind: ContactKind) -> None:
    async with sending(process.settings()) as channels:
        process.fault("refuse_connection")
        with pytest.raises(ChannelUnavailable):
            await channels.send(message(kind), "refused")
        process.well()
        await channels.send(message(kind), f"refused before, {kind}")


@pytest.mark.parametrize("fault", COMMITTED)
@pytest.mark.parametrize("kind", OPERATIONS)
async def test_what_arrived_without_an_answer_arrives_once(
    process: MessagesProcess, kind: ContactKind, fault: str
) -> None:
    key = uuid.uuid4().hex
    before = process.delivered()[:1]
    since = before[0]["n"] if before else 0
    async with sending(process.settings(timeout_s=BRIEF_S)) as channels:
        process.fault(fault, operation=OPERATIONS[kind])
        with pytest.raises(ChannelUnavailable):
            await channels.send(message(kind), key)
    process.well()
    async with sending(process.settings()) as channels:
        await channels.send(message(kind), key)
    (kept,) = process.delivered(ADDRESSES[kind], since)
    assert kept["duplicates"] == 1


async def test_no_error_and_nothing_it_stems_from_holds_the_address(process: MessagesProcess) -> None:
    process.fault("in_band_error", operation="sendMail")
    async with sending(process.settings()) as channels:
        with pytest.raises(ChannelRefused) as refused:
            await channels.send(message(MAIL), "key")
    error: BaseException | None = refused.value
    while error is not None:
        assert ADDRESSES[MAIL] not in repr(error) + str(error.args)
        error = error.__cause__ or error.__context__


async def test_a_wrong_password_and_a_wrong_token_lose_no_message(process: MessagesProcess) -> None:
    good = process.settings()
    object.__setattr__(good.mail, "password", "wrong")
    object.__setattr__(good.sms, "token", "wrong")
    async with sending(good) as channels:
        for kind, reason in ((MAIL, "SMTP 535"), (SMS, "HTTP 401")):
            with pytest.raises(ChannelUnavailable) as failed:
                await channels.send(message(kind), "key")
            assert failed.value.reason == reason
