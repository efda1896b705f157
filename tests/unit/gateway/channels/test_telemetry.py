"""What the log and the metrics say of messages: which and how, never to whom or with what."""

from __future__ import annotations

import io
from contextlib import nullcontext

import orjson
import pytest

from domain.accounts.errors import ChannelRefused, ChannelUnavailable
from domain.accounts.ports import Message, Template
from domain.models import ContactKind
from domain.money import Locale
from gateway.channels import Channels, opened, texts
from gateway.observability.messages import MessageTelemetry
from gateway.observability.metrics import Metrics
from gateway.settings import ChannelSettings
from tests.fakes.clock import StillClock

PHONE = "+79161234567"
CODE = "481516"


class Line:
    """A channel that fails as it is told."""

    def __init__(self, failure: Exception | None) -> None:
        self.failure = failure
        self.marks: list[str] = []

    async def deliver(self, address: str, wording: texts.Wording, mark: str) -> None:
        self.marks.append(mark)
        if self.failure is not None:
            raise self.failure


@pytest.mark.parametrize(
    "failure, outcome, level",
    [
        (None, "sent", "debug"),
        (ChannelUnavailable("HTTP 503"), "unavailable", "warning"),
        (ChannelRefused("HTTP 422"), "refused", "warning"),
    ],
)
async def test_each_attempt_is_counted_and_written_without_the_person(
    written: io.StringIO, failure: Exception | None, outcome: str, level: str
) -> None:
    metrics, line = Metrics(), Line(failure)
    channels = Channels({ContactKind.PHONE: line}, MessageTelemetry(metrics))
    message = Message(ContactKind.PHONE, PHONE, Template.CODE, Locale.RU, {"code": CODE})
    with nullcontext() if failure is None else pytest.raises(type(failure)):
        await channels.send(message, "job-1")
    labels = {"kind": "PHONE", "outcome": outcome}
    assert metrics.registry.get_sample_value("gateway_messages_total", labels) == 1
    told = orjson.loads(written.getvalue())
    assert (told["event"], told["kind"], told["template"]) == ("message", "PHONE", "CODE")
    assert (told["outcome"], told["level"], told["reason"]) == (outcome, level, getattr(failure, "reason", ""))
    assert PHONE not in written.getvalue()
    assert CODE not in written.getvalue()


async def test_the_mark_is_the_keys_alone_and_safe_in_any_header() -> None:
    line = Line(None)
    channels = Channels({ContactKind.PHONE: line}, MessageTelemetry(Metrics()))
    keys = ("job-1", "job-1", "job-2", "a\r\nb: c", "ключ", "\ud800")
    for key in keys:
        await channels.send(Message(ContactKind.PHONE, PHONE, Template.REGISTERED, Locale.EN), key)
    assert line.marks[0] == line.marks[1]
    assert len(set(line.marks)) == len(set(keys))
    assert all(mark.isascii() and mark.isalnum() and len(mark) == 40 for mark in line.marks)


async def test_channels_that_are_not_set_are_none() -> None:
    async with opened(ChannelSettings(), StillClock(), MessageTelemetry(Metrics())) as channels:
        assert channels is None
