from datetime import UTC, datetime
from typing import Any

import pytest

from dev.simulators.kit.faults import CONTENT_FAULTS, WIRE_FAULTS, Fault, InvalidSwitch, Switch

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)


def test_every_fault_is_either_of_the_wire_or_of_the_content() -> None:
    assert set(Fault) == WIRE_FAULTS | CONTENT_FAULTS
    assert not WIRE_FAULTS & CONTENT_FAULTS


@pytest.mark.parametrize("fault", list(Fault))
def test_every_fault_can_be_switched_on(fault: Fault) -> None:
    assert Switch(fault).as_json() == {"fault": fault.value, "operation": "*"}


def test_shows_the_parameters_given_and_no_others() -> None:
    switch = Switch(Fault.MAINTENANCE, "List", next_calls=2, until=NOON)
    assert switch.as_json() == {
        "fault": "maintenance",
        "operation": "List",
        "next_calls": 2,
        "until": "2026-01-15T12:00:00+00:00",
    }


@pytest.mark.parametrize(
    "fault,parameters,reason",
    [
        (Fault.HANG, {"probability": 0.5, "next_calls": 1}, "not both"),
        (Fault.HANG, {"probability": 0}, "probability"),
        (Fault.HANG, {"probability": 1.01}, "probability"),
        (Fault.HANG, {"next_calls": 0}, "next_calls"),
        (Fault.HANG, {"seconds": 0}, "seconds"),
        (Fault.HANG, {"seconds": 301}, "seconds"),
        (Fault.HTTP_500, {"seconds": 1}, "does not belong"),
        (Fault.HTTP_500, {"retry_after_s": 1}, "does not belong"),
        (Fault.HTTP_503, {"retry_after_s": -1}, "retry_after_s"),
        (Fault.MAINTENANCE, {"until": NOON.replace(tzinfo=None)}, "time zone"),
        (Fault.OVERSIZED_BODY, {"bytes": 0}, "bytes"),
        (Fault.MISSING_ROWS, {"count": 0}, "count"),
        (Fault.REORDERED_ROWS, {"count": 2}, "does not belong"),
        (Fault.TRUNCATED_BODY, {"mode": "header"}, "closed, well_formed"),
        (Fault.HTML_PAGE, {"mode": "header"}, "does not belong"),
        (Fault.WRONG_CHARSET, {"charset": "cp9999"}, "unknown charset"),
        (Fault.REFUSE_CONNECTION, {"operation": "List"}, "every operation"),
        (Fault.REFUSE_CONNECTION, {"next_calls": 1}, "no probability or calls"),
    ],
)
def test_refuses_what_makes_no_sense(fault: Fault, parameters: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidSwitch, match=reason):
        Switch(fault, **parameters)


def test_defaults_of_parameters() -> None:
    assert Switch(Fault.SLOW_FIRST_BYTE).duration_s == 5
    assert Switch(Fault.SLOW_BODY, seconds=2).duration_s == 2
    assert Switch(Fault.TRUNCATED_BODY).chosen_mode == "closed"
    assert Switch(Fault.WRONG_CHARSET, mode="body").chosen_mode == "body"
    assert Switch(Fault.MISSING_ROWS).rows == 1
