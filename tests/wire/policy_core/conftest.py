"""The simulator process as an independent SOAP client finds it by its WSDL."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import zeep

from tests.wire.policy_core.served import READY_S, Core

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def core() -> Iterator[Core]:
    """Start the process on a fixed day and read its WSDL."""
    command = [sys.executable, "-m", "dev.simulators.policy_core", "--today", "2026-01-15"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            ready = json.loads(process.stdout.readline())
            assert (ready["ready"], ready["system"]) == (True, "policy_core")
            address = f"http://127.0.0.1:{ready['port']}/ws/PolicyCore"
            with requests.Session() as session:
                transport = zeep.Transport(session=session, timeout=READY_S)  # type: ignore[no-untyped-call]
                client = zeep.Client(f"{address}?wsdl", transport=transport)  # type: ignore[no-untyped-call]
                reply = client.service.Login(User="gateway", Password="gateway-secret")
                assert reply.ResponseData.LifetimeMinutes == 20
                yield Core(client.service, address, reply.ResponseData.SessionId)
        finally:
            process.terminate()
            process.wait(READY_S)
