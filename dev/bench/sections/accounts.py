"""Sign-ins a second, what readers notice of them, and what their times tell."""

from __future__ import annotations

import secrets
from typing import Final

from dev.bench.accounts import crowd, pace, telling
from dev.bench.accounts.effort import Meters
from dev.bench.accounts.holders import holders, keep
from dev.bench.accounts.pictures import solved
from dev.bench.run import Run
from dev.bench.table import Finding
from dev.bench.unbound import UNBOUND
from dev.demo.files import Changes
from gateway.settings import PasswordSettings

__all__ = ["measure"]

PREFIX: Final = "gateway"
HOW: Final = """\
One gateway process with its database and Valkey, and {people} accounts that were put into the database before. One hash
was made for all of them, with the gateway's own parameters ({memory} MiB, {passes} passes, {lanes} lane): to check it
costs each time what it costs for any other. The gateway makes {threads} hashes at once, standing back behind its event
loop (niceness {nice}); {queue} people may wait, for {wait:g} s at most. No limit of attempts binds (`throttle.*` are
{limit}): all people come from one address here. No worker sends messages meanwhile. One hash by itself takes
{hash:.0f} ms of processor time: that is what sign-ins a second are bound by, on cores that are shared with everything.

First, people sign in again as soon as they are in (closed loop).

Then clients who are signed in read their home screen: as fast as it goes, and at {share:.0%} of the best rate found,
at a fixed pace whatever becomes of earlier requests (open loop), alone and while {crowd} people sign in, all started at
the same moment. Who is told that the gateway is too busy comes again when told to, {wait:g} s later; the time until
somebody is in counts from when they first came. Reads count that were due while not all of them were in. Another
gateway, whose hashing does not stand back (`passwords.nice = 0`), does the same. Phases take turns, each repetition
begins with another; ratios are taken within a repetition, and the median of them counts. The load of the processors
has the start of the load generator in it.

Last, one client asks for accounts that are there (with a wrong password) and for accounts that are not, in turn, each
request when the one before is answered. Answers are checked, and are the same in status and kind. Picture codes are
laid into Valkey before. *Guessed right by time* is the chance that an answer takes longer for an account that is there
than for one that is not (Mann and Whitney's statistic, or AUC): 0.5 tells nothing, and 19 of 20 runs of two equals stay
within *by chance alone*. What one answer takes besides is counted in blocks of one kind: commands to Valkey with those
of its scripts, and rows that are there afterwards."""


def measure(run: Run) -> Finding:
    """Put accounts into the database, then look at all three."""
    database = run.fleet.stack.database
    assert database is not None
    people = holders(max(run.size.crowd, run.size.sign_ins, run.size.tries))
    keep(database.address(), people)
    secret = secrets.token_urlsafe(32)
    changes: Changes = {
        "store": {"address": database.address()},
        "accounts": {"secret": secret},
        "cache": {"prefix": PREFIX},
        "throttle": UNBOUND,
    }
    equal_priority = {**changes, "passwords": {"nice": 0}}
    with run.fleet.gateways(changes=changes) as [gateway], run.fleet.gateways(changes=equal_priority) as [equal]:
        paces, faults = pace.measured(run, gateway, people)
        crowded, goals, bad = crowd.measured(run, gateway, equal, people)
        socket = run.fleet.stack.redis_socket
        pictures = solved(socket, secret=secret, prefix=PREFIX, many=telling.pictures_wanted(run.size.tries))
        told, same, wrong = telling.measured(run, Meters(gateway, socket, database.address()), people, pictures)
    return Finding(
        "Accounts", how(run, len(people)), [paces, *crowded, *told], [*goals, *same], [*faults, *bad, *wrong]
    )


def how(run: Run, people: int) -> str:
    """Say how it was measured."""
    passwords = PasswordSettings()
    return HOW.format(
        people=people,
        memory=passwords.memory_kib // 1024,
        passes=passwords.passes,
        lanes=passwords.lanes,
        threads=passwords.threads,
        nice=passwords.nice,
        queue=passwords.queue,
        wait=passwords.wait_s,
        limit=next(iter(UNBOUND.values())),
        hash=pace.hash_ms(),
        share=crowd.SHARE,
        crowd=run.size.crowd,
    )
