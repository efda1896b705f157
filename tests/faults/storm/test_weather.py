"""Every gust that may blow is one that its system takes: chance must not be needed to find out."""

from __future__ import annotations

from datetime import datetime
from random import Random

import pytest

from dev.simulators.kit.faults import Fault, Switch
from tests.faults.storm.weather import GUSTS, Gust


@pytest.mark.parametrize("gust", GUSTS, ids=lambda each: f"{each.system}-{each.faults[0]}")
def test_a_gust_is_taken(gust: Gust) -> None:
    parameters = dict(gust.parameters(Random(1), 1.0))
    if "until" in parameters:
        parameters["until"] = datetime.fromisoformat(parameters["until"])
    for fault in gust.faults:
        for operation in gust.operations:
            assert Switch(Fault(fault), operation, **parameters).operation == operation
