"""Settings of the gateway's own database, and of the messages that leave through it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from gateway.settings.declaring import Between, Secret

__all__ = ["OutboxSettings", "StoreSettings"]

SCHEMES: Final = ("postgresql://", "postgres://")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSettings:
    """Where PostgreSQL (15 or later) is, and how little time it may cost. Without an address there are no accounts."""

    address: Annotated[
        Secret | None, "postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with libpq's parameters after a question mark"
    ] = None
    application_name: Annotated[str, "Name that the server shows of the gateway's connections"] = "gateway"
    connections: Annotated[int, "Connections that one process keeps open", Between(1, 1000)] = 5
    more_connections: Annotated[int, "Connections beyond those, while they are needed", Between(0, 1000)] = 10
    connection_wait_s: Annotated[float, "Longest wait for a free connection, in seconds", Between(0.01, 60)] = 2.0
    connection_age_s: Annotated[float, "Seconds after which a connection is made anew", Between(1, 86_400)] = 1800.0
    connect_timeout_s: Annotated[int, "Longest wait for a new connection, in whole seconds", Between(2, 60)] = 3
    statement_timeout_s: Annotated[float, "Longest statement, in seconds", Between(0.01, 600)] = 5.0
    lock_timeout_s: Annotated[
        float, "Longest wait for a row that another has locked, in seconds", Between(0.01, 60)
    ] = 3.0
    idle_timeout_s: Annotated[
        float, "Seconds after which the server ends a transaction that does nothing", Between(0.1, 600)
    ] = 30.0
    keep_days: Annotated[
        int, "Days that ended sessions, messages, registrations and recoveries are kept", Between(1, 3650)
    ] = 30
    keep_unfinished_days: Annotated[
        int, "Days that what was never finished is kept after its time: codes, steps half taken", Between(1, 3650)
    ] = 1
    keep_wishes_days: Annotated[
        int, "Days in which a request with an idempotency key that was seen before is known again", Between(1, 3650)
    ] = 30
    keep_commands_days: Annotated[
        int, "Days that commands are kept after the systems did or declined them", Between(1, 3650)
    ] = 90
    purge_rows: Annotated[int, "Rows removed in one transaction", Between(1, 100_000)] = 500

    def __post_init__(self) -> None:
        if self.address is not None and not self.address.startswith(SCHEMES):
            raise ValueError("address: must start with postgresql://")
        if self.keep_unfinished_days > self.keep_days:
            raise ValueError("keep_unfinished_days: no longer than keep_days")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxSettings:
    """How the worker sends messages, and has the systems do what was accepted.

    Each outside party has places of its own, so that one that hangs holds up no other.

    A message that could not be sent is tried again after ``first_pause_s``, then after twice as long each time, but
    never longer than ``longest_pause_s``; after ``attempts`` it is given up.
    """

    at_once: Annotated[int, "Messages that one worker sends at a time", Between(1, 1000)] = 10
    checks_at_once: Annotated[
        int, "Payments that one worker asks the acquirer about at a time when told to", Between(1, 1000)
    ] = 8
    charges_at_once: Annotated[
        int, "Payments that one worker has the acquirer charge to remembered means at a time", Between(1, 1000)
    ] = 4
    policy_core_at_once: Annotated[
        int, "Commands that one worker has the policy core do at a time", Between(1, 1000)
    ] = 8
    claims_core_at_once: Annotated[
        int, "Commands that one worker has the claims core do at a time", Between(1, 1000)
    ] = 4
    attempts: Annotated[int, "Times that a message is tried in all", Between(1, 1000)] = 30
    first_pause_s: Annotated[float, "Seconds before the second try", Between(0.01, 3600)] = 2.0
    longest_pause_s: Annotated[float, "Longest pause between two tries, in seconds", Between(0.01, 86_400)] = 600.0
    longest_command_pause_s: Annotated[
        float, "Longest pause before a system is asked again to do what was accepted, in seconds", Between(0.01, 86_400)
    ] = 60.0
    command_tries_per_s: Annotated[
        float,
        "Tries a second, about, of all commands together that wait for a system: the more wait, the longer each pause",
        Between(0.1, 10_000),
    ] = 20.0
    command_faults: Annotated[
        int,
        "Tries in a row that met what may last (a broken answer, a defect) after which a command waits for an operator",
        Between(1, 10_000),
    ] = 20
    send_timeout_s: Annotated[float, "Seconds that one try may take", Between(0.1, 600)] = 30.0
    stalled_s: Annotated[
        float, "Seconds without a sign of life after which the messages of a worker go to others", Between(1, 3600)
    ] = 30.0
    stop_s: Annotated[float, "Seconds that tries under way get when the worker stops", Between(0, 600)] = 10.0
    metrics_port: Annotated[int, "TCP port of the worker's metrics, at server.host; 0 for none", Between(0, 65_535)] = 0
