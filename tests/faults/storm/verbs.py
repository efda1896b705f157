"""What customers do in a storm, a row each: who does it, in which ways, and how it is judged."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from dev.demo.stack import Stack
from tests.faults.storm import (
    charging,
    deductible_verdict,
    means_verdict,
    paying,
    people,
    renewal_verdict,
    renewing,
    verdict,
)
from tests.faults.storm.browser import Browser
from tests.faults.storm.evidence import Evidence
from tests.faults.storm.keeper import Keeper
from tests.faults.storm.people import Debtor, Somebody
from tests.faults.storm.renewer import Renewer
from tests.faults.storm.verdict import Wrong

__all__ = ["VERBS", "Script", "Verb"]

Script: TypeAlias = Callable[[Any], Awaitable[None]]
"""Goes about it with a browser of the verb's own."""


@dataclass(frozen=True, slots=True)
class Verb:
    """``people`` finds so many who can do it. ``scripts`` are the ways to go about it, each with its part of all.

    ``leaving`` are the ways of those who leave before the end: they come first, as what they began takes its time.
    """

    people: Callable[[Stack, int], Awaitable[Sequence[Somebody]]]
    browser: Callable[..., Browser]
    scripts: Mapping[Script, int]
    leaving: frozenset[Script]
    judged: Callable[[Evidence], list[Wrong]]


def debtors_browser(who: Debtor, *rest: Any) -> Browser:
    """Return the device of somebody who pays an instalment or a deductible."""
    browser = Browser(who, *rest)
    browser.payable = who.payable
    if who.payable.claim is not None:
        browser.heard.claims[who.payable.subject] = who.payable.claim
    return browser


VERBS: Final[Mapping[str, Verb]] = {
    "payments": Verb(people.debtors, debtors_browser, paying.SCRIPTS, paying.LEAVING, verdict.judged),
    "deductibles": Verb(people.bearers, debtors_browser, paying.SCRIPTS, paying.LEAVING, deductible_verdict.judged),
    "charges": Verb(people.keeping, Keeper, charging.SCRIPTS, charging.LEAVING, means_verdict.judged),
    "renewals": Verb(people.holders, Renewer, renewing.SCRIPTS, renewing.LEAVING, renewal_verdict.judged),
}
