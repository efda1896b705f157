"""The simulated mail server and SMS gateway, asked without any code of the gateway."""

import asyncio
import smtplib
from collections.abc import AsyncIterator
from datetime import date
from email.message import EmailMessage
from typing import Any

import aiohttp
import pytest

from dev.simulators.kit import Fault, Handle, Options, Switch, running
from dev.simulators.messages import Messages

BEARER = {"Authorization": "Bearer t"}
SMS = {"to": "+79161234567", "text": "привет"}


@pytest.fixture
async def handle() -> AsyncIterator[Handle]:
    extra = {"user": "u", "password": "p", "token": "t"}
    async with running(Messages(Options(today=date(2026, 1, 15), extra=extra))) as started:
        yield started


def letter(**headers: str) -> EmailMessage:
    made = EmailMessage()
    for name, value in {"From": "a@b.example", "To": "c@d.example", "Subject": "тема", **headers}.items():
        made[name.replace("_", "-")] = value
    made.set_content("строка\n.\nещё")
    return made


async def post(handle: Handle, *letters: EmailMessage, password: str = "p") -> None:  # noqa: S107 - a simulator's
    """Send letters in one connection, with the standard library's client."""
    simulator = handle.simulator
    assert isinstance(simulator, Messages)
    port = simulator.smtp_port

    def go() -> None:
        with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
            client.login("u", password)
            for each in letters:
                client.send_message(each)

    await asyncio.to_thread(go)


async def text(handle: Handle, body: Any, status: int, headers: dict[str, str] | None = None) -> Any:
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{handle.url}/sms", json=body, headers=BEARER if headers is None else headers) as answer,
    ):
        assert answer.status == status
        return await answer.json()


async def shown(handle: Handle, query: str = "", status: int = 200) -> Any:
    async with aiohttp.ClientSession() as http, http.get(f"{handle.url}/messages.json{query}") as answer:
        assert answer.status == status
        return await answer.json()


async def test_letters_and_texts_are_kept_newest_first_and_found_by_address_and_number(handle: Handle) -> None:
    await post(handle, letter(), letter(To="e@f.example", Message_ID="<1@b.example>"))
    await text(handle, SMS, 202)
    found = (await shown(handle))["messages"]
    assert [(each["n"], each["kind"], each["address"]) for each in found] == [
        (3, "sms", "+79161234567"),
        (2, "mail", "e@f.example"),
        (1, "mail", "c@d.example"),
    ]
    assert (found[2]["subject"], found[2]["text"]) == ("тема", "строка\n.\nещё")
    assert [each["n"] for each in (await shown(handle, "?address=e@f.example"))["messages"]] == [2]
    assert [each["n"] for each in (await shown(handle, "?since=1"))["messages"]] == [3, 2]
    assert found[0]["at"].startswith("2026-01-15T")
    assert handle.calls.counts() == {"sendMail": 2, "sendSms": 1}


@pytest.mark.parametrize("query", ["?since=x", "?since=-1", "?phone=1"])
async def test_another_question_is_no_question(handle: Handle, query: str) -> None:
    await shown(handle, query, 400)


async def test_a_key_is_kept_once_and_its_duplicates_are_counted(handle: Handle) -> None:
    for _ in range(3):
        await post(handle, letter(Message_ID="<1@b.example>"))
        await text(handle, SMS, 202, {**BEARER, "Idempotency-Key": "k"})
    found = await shown(handle)
    assert [each["duplicates"] for each in found["messages"]] == [2, 2]
    assert found["duplicates"] == 4


async def test_without_a_key_each_is_another(handle: Handle) -> None:
    for _ in range(2):
        await text(handle, SMS, 202)
    assert len((await shown(handle))["messages"]) == 2


@pytest.mark.parametrize(
    "body, code",
    [
        ({"to": "89161234567", "text": "a"}, "INVALID_NUMBER"),
        ({"to": "+79161234567"}, "INVALID_TEXT"),
        ({"to": "+79161234567", "text": "a" * 671}, "INVALID_TEXT"),
        ({"to": "+79161234567", "text": "a", "sender": 1}, "INVALID_SENDER"),
        ({**SMS, "cc": "x"}, "UNKNOWN_FIELD"),
        ([], "UNKNOWN_FIELD"),
    ],
)
async def test_a_text_that_is_none_is_refused(handle: Handle, body: Any, code: str) -> None:
    assert await text(handle, body, 422) == {"code": code}


async def test_who_does_not_sign_in_is_refused(handle: Handle) -> None:
    assert await text(handle, SMS, 401, {}) == {"code": "INVALID_TOKEN"}
    with pytest.raises(smtplib.SMTPAuthenticationError):
        await post(handle, letter(), password="wrong")
    assert (await shown(handle))["messages"] == []


async def test_both_ports_are_closed_by_a_refused_connection_and_come_back(handle: Handle) -> None:
    handle.switchboard.set(Switch(Fault.REFUSE_CONNECTION))
    with pytest.raises(ConnectionRefusedError):
        await post(handle, letter())
    with pytest.raises(aiohttp.ClientConnectorError):
        await shown(handle)
    handle.switchboard.clear()
    await asyncio.wait_for(open_again(handle), 10)
    await post(handle, letter())
    assert len((await shown(handle))["messages"]) == 1


async def open_again(handle: Handle) -> None:
    """Wait until both ports are listened on."""
    simulator = handle.simulator
    assert isinstance(simulator, Messages)
    while True:
        try:
            await shown(handle)
            _, writer = await asyncio.open_connection("127.0.0.1", simulator.smtp_port)
        except (aiohttp.ClientConnectorError, ConnectionRefusedError):
            await asyncio.sleep(0.01)
        else:
            writer.close()
            return


async def test_a_fault_of_one_way_leaves_the_other_alone(handle: Handle) -> None:
    handle.switchboard.set(Switch(Fault.HTTP_503, "sendMail"))
    with pytest.raises(smtplib.SMTPSenderRefused):
        await post(handle, letter())
    await text(handle, SMS, 202)
    handle.switchboard.clear()
    handle.switchboard.set(Switch(Fault.HTTP_503, "sendSms", next_calls=1))
    await post(handle, letter())
    async with aiohttp.ClientSession() as http, http.post(f"{handle.url}/sms", json=SMS, headers=BEARER) as answer:
        assert answer.status == 503
    assert handle.switchboard.fired == {Fault.HTTP_503: 2}


async def test_the_ledger_knows_every_message_the_texts_are_not_in_it(handle: Handle) -> None:
    await post(handle, letter(Message_ID="<1@x>"), letter(Message_ID="<1@x>"))
    await text(handle, SMS, 202)
    async with aiohttp.ClientSession() as http, http.get(f"{handle.admin_url}/ledger") as answer:
        told = await answer.json()
    mail, sms = told["messages"]
    assert mail == {"n": 1, "kind": "mail", "address": "c@d.example", "subject": "тема", "duplicates": 1}
    assert sms == {"n": 2, "kind": "sms", "address": SMS["to"], "subject": "", "duplicates": 0}
