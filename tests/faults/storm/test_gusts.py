"""Every gust is one that the simulators can show: one that they refuse would end its storm, and seldom enough."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from random import Random
from typing import Any, Final

import pytest

from dev.simulators.acquirer.simulator import Acquirer
from dev.simulators.claims_core.simulator import ClaimsCore
from dev.simulators.kit.faults import ANY_OPERATION, WIRE_FAULTS, Fault, Switch
from dev.simulators.messages.simulator import Messages
from dev.simulators.policy_core.simulator import PolicyCore
from tests.faults.storm.gusts import GUSTS, METS, Gust, always, at_first

SYSTEMS: Final = {each.name: each for each in (PolicyCore, ClaimsCore, Acquirer, Messages)}
CASES: Final = [(each, fault) for each in GUSTS for fault in each.faults]


@pytest.mark.parametrize(("gust", "fault"), CASES, ids=[f"{each.system}-{fault}" for each, fault in CASES])
def test_a_gust_can_be_shown(gust: Gust, fault: str) -> None:
    for operation in gust.operations:
        switched(gust.system, {"fault": fault, "operation": operation, **gust.parameters(Random(1), 1.5)})


def test_what_comes_in_every_storm_can_be_shown_and_is_all_that_none_is_without() -> None:
    switches = [("policy_core", at_first()), *(each for turn in range(3) for each in always(Random(1), turn))]
    for system, switch in switches:
        switched(system, switch)
    assert {*METS} <= {f"{system} {switch['fault']}" for system, switch in switches}


@pytest.mark.parametrize("system", ["policy_core", "claims_core", "acquirer", "messages"])
def test_each_system_hangs_resets_loses_answers_and_goes_into_maintenance(system: str) -> None:
    blown = {fault for each in GUSTS if each.system == system for fault in each.faults}
    assert blown >= {"hang", "reset_mid_body", "timeout_after_commit", "maintenance"}


def test_what_the_systems_tell_by_themselves_comes_again() -> None:
    """The core's journal and the acquirer's callbacks; the claims core's feed is read by nobody."""
    assert {"policy_core redelivered_events", "acquirer callback_repeated"} <= {*METS}


def switched(system: str, switch: Mapping[str, Any]) -> Switch:
    """Turn a fault on, as the admin port would."""
    given = dict(switch)
    fault, operation = Fault(given.pop("fault")), given.pop("operation")
    simulator = SYSTEMS[system]
    assert fault in WIRE_FAULTS | simulator.content_faults
    assert operation in {ANY_OPERATION, *(each.name for each in simulator.operations)}
    if "until" in given:
        given["until"] = datetime.fromisoformat(given["until"])
    return Switch(fault, operation, **given)
