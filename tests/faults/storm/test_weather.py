"""Every gust is one that the simulators can show: one that they refuse would end its storm, and seldom enough."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import Final

import pytest

from dev.simulators.acquirer.simulator import Acquirer
from dev.simulators.claims_core.simulator import ClaimsCore
from dev.simulators.kit.faults import ANY_OPERATION, WIRE_FAULTS, Fault, Switch
from dev.simulators.messages.simulator import Messages
from dev.simulators.policy_core.simulator import PolicyCore
from tests.faults.storm.weather import GUSTS, Gust

SYSTEMS: Final = {each.name: each for each in (PolicyCore, ClaimsCore, Acquirer, Messages)}
CASES: Final = [(each, fault) for each in GUSTS for fault in each.faults]


@pytest.mark.parametrize(("gust", "fault"), CASES, ids=[f"{each.system}-{fault}" for each, fault in CASES])
def test_a_gust_can_be_shown(gust: Gust, fault: str) -> None:
    system = SYSTEMS[gust.system]
    assert Fault(fault) in WIRE_FAULTS | system.content_faults
    assert set(gust.operations) <= {ANY_OPERATION, *(each.name for each in system.operations)}
    for operation in gust.operations:
        given = dict(gust.parameters(Random(1), 1.5))
        if "until" in given:
            given["until"] = datetime.fromisoformat(given["until"])
        Switch(Fault(fault), operation, **given)
