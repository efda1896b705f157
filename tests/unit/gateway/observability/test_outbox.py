"""What is written down of a try to have a system do something: enough to find it, and nothing personal."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from domain.errors import InvalidInput, NotFound, Refused, Source, SourceGarbled
from domain.outbox.models import Command, CommandId, CommandKind, CommandState
from gateway.observability.metrics import Metrics
from gateway.observability.outbox import OutboxTally
from resolvers.use_cases.delivering import Outcome

BILL = CommandKind.CREATE_BILL
COMMAND = Command(
    CommandId(uuid4()),
    7,
    BILL,
    "instalment/100/1",
    uuid4(),
    CommandState.WAITING,
    datetime(2026, 1, 15, 9, 0, tzinfo=UTC),
    attempts=2,
)
GARBLED = SourceGarbled(Source.POLICY_CORE, "CreateBill", "not XML")


@pytest.mark.parametrize(
    ("outcome", "failed", "level", "detail"),
    [
        (Outcome.DONE, None, "info", None),
        (Outcome.GIVEN_UP, None, "error", None),
        (Outcome.REFUSED, Refused("ALREADY_PAID"), "info", "ALREADY_PAID"),
        (Outcome.DEAD, Refused("NOT_PAYABLE"), "error", "NOT_PAYABLE"),
        (Outcome.LATER, GARBLED, "warning", str(GARBLED)),
        (Outcome.DEAD, GARBLED, "error", str(GARBLED)),
        (Outcome.DEAD, NotFound(), "error", "NotFound"),
        (Outcome.DEAD, InvalidInput("phone", "+79161234567"), "error", "InvalidInput"),
        (Outcome.LATER, ValueError("+79161234567"), "error", "ValueError"),
    ],
)
def test_a_try_is_counted_and_written_down_by_number(
    outcome: Outcome, failed: Exception | None, level: str, detail: str | None
) -> None:
    metrics = Metrics()
    with capture_logs() as log:
        OutboxTally(metrics).command_tried(COMMAND, outcome, failed)
    [line] = log
    is_ours = isinstance(failed, ValueError)
    told = {"command": 7, "kind": "CREATE_BILL", "outcome": outcome.value, "tries": 3, "event": "command tried"}
    told |= {"log_level": level} | ({} if detail is None else {"detail": detail})
    assert {name: value for name, value in line.items() if name != "exc_info"} == told
    # Of a defect of ours the places are written, never its text.
    assert line.get("exc_info") is (failed if is_ours else None)
    counted = {"kind": "CREATE_BILL", "outcome": outcome.value}
    assert metrics.registry.get_sample_value("gateway_commands_tried_total", counted) == 1
