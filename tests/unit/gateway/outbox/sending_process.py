"""A worker as a process of its own, whose channel writes what it sends into a file, a line a message.

The policy core writes into it too: a line for each contact that it is told of, under the request id.

    python -m tests.unit.gateway.outbox.sending_process FILE [hang]

With ``hang`` it says that it has begun, and never ends what it began. As long as there is a file ``FILE.closed`` the
policy core is in maintenance.
"""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from domain.accounts.ports import Message
from domain.commands import Commands
from domain.errors import Source, SourceInMaintenance
from domain.models import Isn
from domain.ports import Call
from gateway.clock import SystemClock
from gateway.observability import logs
from gateway.observability.metrics import Metrics
from gateway.observability.outbox import OutboxTally
from gateway.outbox.tasks import Outside
from gateway.outbox.worker import work
from gateway.settings import Log, OutboxSettings, StoreSettings
from gateway.settings.declaring import Secret


@dataclass(frozen=True, slots=True)
class FileChannel:
    """Sends into a file."""

    file: Path
    hangs: bool

    async def send(self, message: Message, key: str) -> None:
        with self.file.open("a") as out:
            out.write(f"{key} {'begun' if self.hangs else 'sent'} {message.values['code']}\n")
        if self.hangs:
            await asyncio.Event().wait()

    async def update(self, _client: Isn, phone: str | None, _email: str | None, request_id: str, _call: Call) -> None:
        if self.file.with_suffix(".closed").exists():
            raise SourceInMaintenance(Source.POLICY_CORE, "UpdateContacts", None)
        with self.file.open("a") as out:
            out.write(f"{request_id} {'begun' if self.hangs else 'written'} {phone}\n")
        if self.hangs:
            await asyncio.Event().wait()


async def written(*_given: object) -> None:
    """Write nothing into any system."""


if __name__ == "__main__":
    logs.configure(Log())
    store = StoreSettings(address=Secret(os.environ["ADDRESS"]))
    outbox = OutboxSettings(stalled_s=1, first_pause_s=0.01, stop_s=0.1)
    channel, tally = FileChannel(Path(sys.argv[1]), "hang" in sys.argv), OutboxTally(Metrics())
    nothing: Any = dict.fromkeys((each.name for each in fields(Commands)), written)
    commands = replace(Commands(**nothing), update_contacts=channel.update)
    asyncio.run(work(store, outbox, Outside(channel, commands), SystemClock(), tally))
