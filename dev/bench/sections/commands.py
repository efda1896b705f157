"""Commands a second through the mechanism, from the customer's wish until it is done, and while others wait."""

from __future__ import annotations

from typing import Final

from dev.bench.commands import paying, tables
from dev.bench.commands.backlogs import backlog
from dev.bench.run import Run
from dev.bench.table import Finding
from gateway.settings import StoreSettings
from gateway.settings.declaring import Secret
from gateway.store.migrating import migrate

__all__ = ["measure"]

SYSTEM: Final = "policy_core"
LATENCY_MS: Final = 1.0
WORKERS: Final = (1, 2)
HOW: Final = """\
Gateway and worker processes with the database, the simulated policy core, which answers after {latency:g} ms here, and
the simulated acquirer. First the whole way: customers who are signed in (an account and a session in the database for
each) begin over HTTP to pay an instalment that they owe, by `startPayment` under a key of their making. The gateway
looks up what is owed and accepts it; one worker delivers two commands for it: the core makes out a bill, then opens
its order. *Done* is a payment when its second command is, by the database's times. Each answer is checked to be about
the customer's own instalment, and in the end there must be one payment of each wish and two commands of each payment.

A phase is {probes} customers, {pace:g} a second whatever becomes of earlier ones (open loop; *accepted to done*, and
*answered*, which is with the page's address: the gateway looks for it after 50 ms, then after twice as long each time),
then {payments}, {payers} at once, each coming when one before is answered. Those come to a gateway that lets nobody
wait for the address (`acquirer.patience_s = 0`): how many are begun is not bound by how many are done, though the
worker is at work meanwhile. Then the same {payments} wishes come again under the same keys. No limit of attempts binds.

In every other phase {waiting:,} commands wait for another system, the claims core: the store's own code accepted them,
they lie as a maintenance leaves them, not due for an hour, and the server has been told how many there are (`ANALYZE`,
as autovacuum does by itself); their rows are copied back for each phase. {rounds} rounds have a phase of each kind, who
goes first changes with every round; ratios (*to none*) are taken within a round. A p99 is of all rounds together.

Last, the worker alone: changes of a contact, accepted by the store's own code, are all there before the workers are (a
row, a job, one call of the core, and a transaction that takes note of it), and one more is accepted when the first of
them is done (*one behind them*): jobs are taken in the order in which they were left, so whoever comes last waits for
all the others. Of more than {commands:,} the first {commands:,} are awaited, and the time of the last is reckoned.

How to read it: every subject is one of its own, so that none has to wait for another; rates are bound by the processors
that gateway, worker, database, systems and load generator share here, not by waiting, and two workers gain only what
one leaves idle. Commands that wait for a system in maintenance must not slow down those of another: that is what the
first goal holds. What grows with them is the search for a job that is due, which passes over those that are not."""


def measure(run: Run) -> Finding:
    """Measure the whole way beside commands that wait and beside none, then workers with nothing but a backlog."""
    assert run.fleet.stack.database is not None
    migrate(StoreSettings(address=Secret(run.fleet.stack.database.address())))
    run.fleet.admin.latency({"*": LATENCY_MS}, SYSTEM)
    try:
        phases, faults = paying.measured(run)
        alone = [backlog(run, many, workers) for many, workers in backlogs(run)]
    finally:
        run.fleet.admin.latency({"*": run.fleet.options.latency_ms}, SYSTEM)
    found, goals = tables.compared(phases)
    return Finding("Commands", how(run), [*found, tables.behind(alone)], goals, faults)


def backlogs(run: Run) -> list[tuple[int, int]]:
    """Return how many commands wait for how many workers: the usual number for each, and the most for one."""
    return [*((run.size.commands, workers) for workers in WORKERS), (run.size.waiting, 1)]


def how(run: Run) -> str:
    """Say how it was measured."""
    size = run.size
    return HOW.format(
        latency=LATENCY_MS,
        pace=paying.A_SECOND,
        probes=size.probes,
        payments=size.payments,
        payers=size.payers,
        waiting=size.waiting,
        rounds=size.rounds,
        commands=size.commands,
    )
