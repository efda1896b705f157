"""Automatic registration: the journal tells, the rule decides, the client only chooses a password."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from domain import models
from domain.accounts.automatic import Outcome, Rule, RuleChange, StandingRule
from domain.accounts.models import AccountOrigin
from domain.accounts.ports import Overtaken, Template
from domain.accounts.registration import Step
from domain.clock import Deadline
from domain.errors import Source, SourceGarbled, SourceUnavailable
from domain.journal import Event, EventKind, Stretch
from domain.models import ContactKind, Line
from domain.ports import Call
from resolvers import accounts
from resolvers.use_cases.automatic import MOST_FAILED, MOST_MISSING, Automatic
from tests.fakes import objects
from tests.fakes.accounts import ACTIVATION
from tests.fakes.clock import NOW, TODAY
from tests.fakes.holdings import rows
from tests.fakes.reads import FakeReads
from tests.unit.resolvers.use_cases.registering import EMAIL, Registrant, progress_of
from tests.unit.resolvers.use_cases.test_preparing import links, opened, prepared

RULE = Rule(frozenset(Line), None, frozenset(ContactKind), 14)
CONFIRMED = models.Contact(ContactKind.EMAIL, EMAIL, "o***@e***.ru", confirmed=True)


def world(**changes: Any) -> FakeReads:
    """A client whose policy is new, and whose contacts are confirmed."""
    policies = [objects.policy(concluded_on=TODAY), objects.policy(101, concluded_on=TODAY)]
    return FakeReads(**rows(clients=[objects.client(email=CONFIRMED, **changes)], policies=policies))


@dataclass
class Feed:
    """Follows a journal for a client."""

    olga: Registrant = field(default_factory=lambda: Registrant(reads=world()))
    rule: Rule = RULE
    is_on: bool = True
    automatic: Automatic = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Let another process go on."""
        kept, standing = self.olga.kept, StandingRule(self.rule, self.is_on)
        self.automatic = Automatic(kept, kept, ACTIVATION, self.olga.reads.ports, self.olga.clock, standing)

    def set_rule(self, rule: Rule, *, is_on: bool = True) -> None:
        """Let an operator set a rule."""
        rules, at = self.olga.kept.rows.rules, self.olga.clock.now()
        rules.append(RuleChange(StandingRule(rule, is_on, len(rules) + 1), "Ivanova", "a new season", at))

    async def tell(self, *events: Event, reached: int | None = None) -> None:
        """See to events."""
        last = reached or events[-1].seq
        call = Call(Deadline.after(self.olga.clock, 10))
        await self.automatic.see_to(Stretch(events, 0, last, last), call)

    @property
    def outcomes(self) -> list[tuple[int, Outcome]]:
        """What was decided."""
        return [(each.seq, each.outcome) for each in self.olga.kept.rows.decisions]


def changed(seq: int, policy: int = 100, kind: EventKind = EventKind.POLICY_CHANGED) -> Event:
    """A policy changed."""
    return Event(seq, kind, objects.number(policy), models.Isn(policy), NOW)


async def test_a_new_policy_prepares_an_account_that_only_lacks_a_password() -> None:
    feed = Feed()

    await feed.tell(changed(7))
    at = progress_of(await opened(feed.olga))
    done = await feed.olga.finish()

    assert [(kind, address) for kind, address, _ in links(feed.olga)] == [(ContactKind.EMAIL, EMAIL)]
    assert at.step is Step.PASSWORD
    assert done.issued is not None
    [account] = feed.olga.kept.rows.accounts.values()
    assert (account.origin, account.client_isn, account.email) == (AccountOrigin.AUTOMATIC, 1, EMAIL)
    assert Template.CODE not in {each.template for each in feed.olga.kept.rows.messages}


async def test_each_decision_is_kept_with_its_reason_and_the_rule_behind_it() -> None:
    feed = Feed()
    await feed.tell(changed(7))
    [decision] = feed.olga.kept.rows.decisions
    assert (decision.seq, decision.client, decision.policy) == (7, 1, objects.number(100))
    assert (decision.outcome, decision.at) == (Outcome.ACCEPTED, feed.olga.clock.now())
    assert (decision.rule, decision.rule_number) == (RULE.version, None)


async def test_a_second_policy_and_a_second_telling_prepare_nothing_more() -> None:
    feed = Feed()
    await feed.tell(changed(7), changed(8), changed(9, 101))
    with pytest.raises(Overtaken):
        await feed.tell(changed(9, 101))
    assert feed.outcomes == [(7, Outcome.ACCEPTED), (8, Outcome.ALREADY_PREPARED), (9, Outcome.ALREADY_PREPARED)]
    assert len(links(feed.olga)) == 1


async def test_a_link_that_expired_is_no_reason_not_to_send_another() -> None:
    feed = Feed()
    await feed.tell(changed(7))
    feed.olga.clock.advance(ACTIVATION.life.total_seconds())
    await feed.tell(changed(8))
    assert [outcome for _, outcome in feed.outcomes] == [Outcome.ACCEPTED, Outcome.ACCEPTED]
    assert len(feed.olga.kept.rows.registrations) == 1


async def test_who_has_an_account_gets_none_and_who_was_prepared_by_an_employee_neither() -> None:
    feed = Feed()
    await prepared(feed.olga)
    await feed.tell(changed(7))
    await opened(feed.olga)
    await feed.olga.code()
    await feed.olga.finish()
    await feed.tell(changed(8))
    assert feed.outcomes == [(7, Outcome.ALREADY_PREPARED), (8, Outcome.HAS_ACCOUNT)]


async def test_an_employee_takes_the_place_of_an_automatic_link() -> None:
    feed = Feed()
    await feed.tell(changed(7))
    await prepared(feed.olga)
    [registration] = feed.olga.kept.rows.registrations
    assert registration.origin is AccountOrigin.PREPARED


async def test_without_a_rule_and_for_other_events_it_only_goes_on() -> None:
    feed, off = Feed(), Feed(is_on=False)
    await feed.tell(changed(1, kind=EventKind.BILL_PAID), changed(2, kind=EventKind.DOCUMENT_ISSUED), reached=5)
    await off.tell(changed(3))
    assert (feed.olga.kept.rows.position, off.olga.kept.rows.position) == (5, 3)
    assert feed.outcomes == off.outcomes == []


async def test_a_contact_that_need_not_be_confirmed_is_given_by_the_client() -> None:
    olga = Registrant(reads=world(phone=None))
    feed = Feed(olga, replace(RULE, contacts=frozenset({ContactKind.EMAIL})))
    await feed.tell(changed(7))
    assert progress_of(await opened(olga)).step is Step.PHONE


async def test_of_a_policy_that_counts_for_nothing_the_holder_is_not_even_asked_for() -> None:
    feed = Feed(rule=replace(RULE, lines=frozenset({Line.LIFE})))
    await feed.tell(changed(7))
    assert feed.outcomes == [(7, Outcome.LINE_NOT_WANTED)]
    assert "clients" not in feed.olga.reads.calls


async def test_a_policy_that_is_not_there_may_come_a_little_later_and_is_not_waited_for_for_ever() -> None:
    feed = Feed()
    for _ in range(MOST_MISSING - 1):
        with pytest.raises(SourceUnavailable):
            await feed.tell(changed(8, 999))
    assert feed.outcomes == []
    await feed.tell(changed(8, 999))
    assert feed.outcomes == [(8, Outcome.POLICY_UNKNOWN)]


async def test_while_the_policy_core_is_away_nothing_is_decided_and_the_place_is_kept() -> None:
    feed = Feed()
    feed.olga.reads.fail_source(SourceUnavailable(Source.POLICY_CORE, "GetPolicies", "HTTP 503"))
    with pytest.raises(SourceUnavailable):
        await feed.tell(changed(7))
    assert (feed.outcomes, feed.olga.kept.rows.position) == ([], 0)


async def test_what_cannot_be_read_again_and_again_does_not_hold_up_the_others() -> None:
    feed = Feed()
    feed.olga.reads.fail_source(SourceGarbled(Source.POLICY_CORE, "GetPolicies", "State has an unknown code"))
    for _ in range(MOST_FAILED - 1):
        with pytest.raises(SourceGarbled):
            await feed.tell(changed(7))
    await feed.tell(changed(7))
    assert feed.outcomes == [(7, Outcome.UNREADABLE)]


def refused(*, retryable: bool) -> SourceUnavailable:
    """A failure in the core's answer."""
    return SourceUnavailable(Source.POLICY_CORE, "GetPolicies", "error 110", retryable=retryable)


def two_holders() -> Feed:
    """A feed of two clients, each with a new policy."""
    other = models.Contact(ContactKind.EMAIL, "other@example.ru", "o***@e***.ru", confirmed=True)
    clients = [objects.client(email=CONFIRMED), objects.client(2, email=other)]
    policies = [
        objects.policy(concluded_on=TODAY),
        objects.policy(102, holder_isn=models.Isn(2), concluded_on=TODAY),
    ]
    return Feed(Registrant(reads=FakeReads(**rows(clients=clients, policies=policies))))


@pytest.mark.parametrize(("read", "key"), [("policies_by_number", objects.number(100)), ("clients", models.Isn(1))])
async def test_what_the_core_refuses_for_good_of_one_does_not_hold_up_the_others(read: str, key: Any) -> None:
    feed = two_holders()
    feed.olga.reads.fail(read, refused(retryable=False), [key])
    await feed.tell(changed(1), changed(2, 102))
    assert feed.outcomes == [(1, Outcome.UNREADABLE), (2, Outcome.ACCEPTED)]


@pytest.mark.parametrize(("read", "key"), [("policies_by_number", objects.number(100)), ("clients", models.Isn(1))])
async def test_what_fails_of_one_while_others_are_read_is_tried_so_many_times(read: str, key: Any) -> None:
    feed = two_holders()
    feed.olga.reads.fail(read, refused(retryable=True), [key])
    for _ in range(MOST_FAILED - 1):
        with pytest.raises(SourceUnavailable):
            await feed.tell(changed(1), changed(2, 102))
    assert feed.outcomes == []
    await feed.tell(changed(1), changed(2, 102))
    assert feed.outcomes == [(1, Outcome.UNREADABLE), (2, Outcome.ACCEPTED)]


@pytest.mark.parametrize("retryable", [True, False])
@pytest.mark.parametrize("read", ["policies_by_number", "clients"])
async def test_what_fails_of_all_is_waited_for_however_long(read: str, retryable: bool) -> None:
    feed = two_holders()
    feed.olga.reads.fail(read, refused(retryable=retryable))
    for _ in range(2 * MOST_FAILED):
        with pytest.raises(SourceUnavailable):
            await feed.tell(changed(1), changed(2, 102))
    assert (feed.outcomes, feed.olga.kept.rows.position) == ([], 0)


async def test_one_policy_for_which_the_core_refuses_the_whole_call_does_not_hold_up_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    feed, bad = two_holders(), models.PolicyNumber("P777")
    read = feed.olga.reads.by_name["policies_by_number"]
    whole = type(read).__call__

    async def refusing(self: Any, keys: Any, call: Call) -> Any:
        return [refused(retryable=False)] * len(keys) if bad in keys else await whole(self, keys, call)

    monkeypatch.setattr(type(read), "__call__", refusing)
    await feed.tell(changed(1), replace(changed(2), policy=bad), changed(3, 102))
    assert feed.outcomes == [(1, Outcome.ACCEPTED), (2, Outcome.UNREADABLE), (3, Outcome.ACCEPTED)]


async def test_holders_of_many_policies_are_asked_for_at_once() -> None:
    feed = two_holders()
    await feed.tell(changed(1), changed(2, 102), changed(3))
    assert feed.olga.reads.calls == {"policies_by_number": 1, "clients": 1}


def contacts_changed(seq: int, client: int = 1) -> Event:
    """A person's contacts changed."""
    return Event(seq, EventKind.CONTACTS_CHANGED, None, models.Isn(client), NOW)


async def test_a_contact_that_is_confirmed_later_makes_the_account_then() -> None:
    feed = Feed()
    clients = feed.olga.reads.by_name["clients"].rows
    clients[1] = objects.client(email=replace(CONFIRMED, confirmed=False))
    await feed.tell(changed(1), contacts_changed(2))
    clients[1] = objects.client(email=CONFIRMED)
    await feed.tell(contacts_changed(3, client=2), contacts_changed(4))
    await feed.tell(contacts_changed(5))
    assert feed.outcomes == [(1, Outcome.CONTACT_NOT_CONFIRMED), (4, Outcome.ACCEPTED)]
    assert (len(links(feed.olga)), feed.olga.kept.rows.position) == (1, 5)


async def test_changed_contacts_of_whom_nothing_was_left_open_are_not_asked_about() -> None:
    feed = Feed()
    await feed.tell(contacts_changed(1), reached=3)
    assert (feed.outcomes, feed.olga.reads.calls, feed.olga.kept.rows.position) == ([], {}, 3)


async def test_a_policy_that_is_no_longer_new_when_its_holder_is_confirmed_is_closed() -> None:
    feed = Feed()
    feed.olga.reads.by_name["clients"].rows = {1: objects.client(email=replace(CONFIRMED, confirmed=False))}
    await feed.tell(changed(1))
    feed.olga.clock.advance(15 * 86_400)
    await feed.tell(contacts_changed(2))
    await feed.tell(contacts_changed(3))
    assert feed.outcomes == [(1, Outcome.CONTACT_NOT_CONFIRMED), (2, Outcome.NOT_NEW)]


async def test_a_failure_between_two_writes_leaves_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    feed = Feed()
    monkeypatch.setattr("tests.fakes.following.FakeFeed.decided", None)
    with pytest.raises(TypeError):
        await feed.tell(changed(7))
    kept = feed.olga.kept.rows
    assert (kept.position, kept.registrations, kept.messages) == (0, [], [])


async def test_the_link_is_good_for_its_time() -> None:
    feed = Feed()
    await feed.tell(changed(7))
    [registration] = feed.olga.kept.rows.registrations
    assert registration.expires_at - feed.olga.clock.now() == timedelta(days=7)
    feed.olga.clock.advance(ACTIVATION.life.total_seconds())
    taken = await accounts.open_activation(feed.olga.context(), links(feed.olga)[0][2])
    assert taken.progress is None


async def test_a_rule_that_is_set_while_it_runs_decides_of_the_next_event_and_is_named_by_it() -> None:
    feed = two_holders()
    await feed.tell(changed(1))
    feed.set_rule(replace(RULE, lines=frozenset({Line.LIFE})))
    await feed.tell(changed(2, 102))
    feed.set_rule(RULE)
    await feed.tell(changed(3, 102))
    assert feed.outcomes == [(1, Outcome.ACCEPTED), (2, Outcome.LINE_NOT_WANTED), (3, Outcome.ACCEPTED)]
    decisions = feed.olga.kept.rows.decisions
    assert [each.rule_number for each in decisions] == [None, 1, 2]
    assert decisions[0].rule == decisions[2].rule != decisions[1].rule


async def test_a_rule_is_switched_off_and_on_while_it_runs_whatever_the_settings_say() -> None:
    feed = Feed(is_on=False)
    feed.set_rule(RULE)
    await feed.tell(changed(1))
    feed.set_rule(RULE, is_on=False)
    await feed.tell(changed(2))
    assert (feed.outcomes, feed.olga.kept.rows.position) == ([(1, Outcome.ACCEPTED)], 2)
