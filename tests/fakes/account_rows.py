"""What is kept of accounts, in memory: a repository a kind of row, and the transaction around them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.accounts.automatic import Decision, RuleChange
from domain.accounts.contacts import ContactChange, ContactChangeId, ContactChangeState, ContactDelivery
from domain.accounts.models import (
    Account,
    AccountId,
    ChallengeId,
    Code,
    CodeId,
    CodePurpose,
    ConsentRecord,
    EndReason,
    RecoveryId,
    RefreshToken,
    Session,
    SessionId,
    SignInChallenge,
    TokenHash,
)
from domain.accounts.ports import AccountTaken, Message
from domain.accounts.recovery import Recovery
from domain.accounts.registration import Registration, of_link
from domain.audit import AccountAction
from domain.models import ConsentPurpose, ContactKind, Isn
from tests.fakes.following import FakeFeed, FakeRules
from tests.fakes.renewals import FakeRenewalOffers
from tests.fakes.underway import (
    FakeCommandLog,
    FakeIdempotency,
    FakePaymentMeans,
    FakePayments,
    FakeWatchedOrders,
    Underway,
)

__all__ = ["FakeWork", "Rows"]


@dataclass
class Rows:
    """What is kept. ``writes`` counts every change; ``worthless`` are messages that would not be sent any more."""

    accounts: dict[AccountId, Account] = field(default_factory=dict)
    registrations: list[Registration] = field(default_factory=list)
    recoveries: list[Recovery] = field(default_factory=list)
    challenges: list[SignInChallenge] = field(default_factory=list)
    codes: list[Code] = field(default_factory=list)
    sessions: dict[SessionId, Session] = field(default_factory=dict)
    tokens: dict[TokenHash, RefreshToken] = field(default_factory=dict)
    consents: list[ConsentRecord] = field(default_factory=list)
    contact_changes: list[ContactChange] = field(default_factory=list)
    underway: Underway = field(default_factory=Underway)
    messages: list[Message] = field(default_factory=list)
    worthless: list[Message] = field(default_factory=list)
    actions: list[AccountAction] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    rules: list[RuleChange] = field(default_factory=list)
    position: int = 0
    tried: tuple[int, int, bool] = (0, 0, False)
    writes: int = 0


class FakeAccountRows:
    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    async def add(self, account: Account) -> None:
        self.rows.writes += 1
        if any(each.client_isn == account.client_isn or is_anothers(each, account) for each in self._all):
            raise AccountTaken
        self.rows.accounts[account.id] = account

    async def of_client(self, client: Isn) -> Account | None:
        return next((each for each in self.rows.accounts.values() if each.client_isn == client), None)

    async def by_id(self, id_: AccountId) -> Account | None:
        return self.rows.accounts.get(id_)

    async def by_login(self, kind: ContactKind, address: str) -> Account | None:
        name = "phone" if kind is ContactKind.PHONE else "email"
        found = [each for each in self.rows.accounts.values() if getattr(each, name) == address]
        return found[0] if len(found) == 1 else None

    async def change(self, account: Account) -> None:
        self.rows.writes += 1
        if any(is_anothers(each, account) for each in self._all):
            raise AccountTaken
        self.rows.accounts[account.id] = account

    @property
    def _all(self) -> Collection[Account]:
        return self.rows.accounts.values()


def is_anothers(account: Account, wanted: Account) -> bool:
    return account.email == wanted.email and account.id != wanted.id


class FakeRegistrations:
    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    async def add(self, registration: Registration) -> None:
        self.rows.writes += 1
        self.rows.registrations.append(registration)

    async def by_token(self, token: TokenHash) -> Registration | None:
        return next((each for each in self.rows.registrations if token in {each.token, each.previous}), None)

    async def by_link(self, token: TokenHash) -> Registration | None:
        of_id = next((each for each in self.rows.registrations if each.id == of_link(token)), None)
        return of_id or await self.by_token(token)

    async def change(self, registration: Registration) -> None:
        self.rows.writes += 1
        self.rows.registrations = [
            registration if each.id == registration.id else each for each in self.rows.registrations
        ]

    async def prepared(self, client: Isn) -> Registration | None:
        return next((each for each in self.rows.registrations if is_prepared(each, client)), None)

    async def void(self, client: Isn) -> None:
        self.rows.writes += 1
        self.rows.registrations = [each for each in self.rows.registrations if not is_prepared(each, client)]


def is_prepared(registration: Registration, client: Isn) -> bool:
    is_over = registration.account is not None or registration.refused
    return registration.client_isn == client and registration.link is not None and not is_over


class FakeRecoveries:
    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    async def add(self, recovery: Recovery) -> None:
        self.rows.writes += 1
        self.rows.recoveries.append(recovery)

    async def by_token(self, token: TokenHash) -> Recovery | None:
        return next((each for each in self.rows.recoveries if token in {each.token, each.previous}), None)

    async def change(self, recovery: Recovery) -> None:
        self.rows.writes += 1
        self.rows.recoveries = [recovery if each.id == recovery.id else each for each in self.rows.recoveries]

    async def void(self, account: AccountId, *, but: RecoveryId | None = None) -> Collection[RecoveryId]:
        self.rows.writes += 1
        gone = [each.id for each in self.rows.recoveries if each.account == account and each.id != but]
        self.rows.recoveries = [each for each in self.rows.recoveries if each.id not in gone]
        return gone


class FakeChallenges:
    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    async def add(self, challenge: SignInChallenge) -> None:
        self.rows.writes += 1
        self.rows.challenges.append(challenge)

    async def by_token(self, token: TokenHash) -> SignInChallenge | None:
        return next((each for each in self.rows.challenges if each.token == token), None)

    async def remove(self, id_: ChallengeId) -> bool:
        self.rows.writes += 1
        before = len(self.rows.challenges)
        self.rows.challenges = [each for each in self.rows.challenges if each.id != id_]
        return len(self.rows.challenges) < before

    async def remove_all(self, account: AccountId) -> Collection[ChallengeId]:
        self.rows.writes += 1
        gone = [each.id for each in self.rows.challenges if each.account == account]
        self.rows.challenges = [each for each in self.rows.challenges if each.account != account]
        return gone


class FakeCodes:
    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    async def add(self, code: Code) -> None:
        self.rows.writes += 1
        self.rows.codes.append(code)

    async def newest(self, purpose: CodePurpose, subject: UUID, kind: ContactKind) -> Code | None:
        wanted = (purpose, subject, kind)
        found = [each for each in self.rows.codes if (each.purpose, each.subject, each.kind) == wanted]
        return found[-1] if found else None

    async def tried(self, id_: CodeId) -> None:
        self._change(id_, lambda code: replace(code, attempts=code.attempts + 1))

    async def used(self, id_: CodeId, at: datetime) -> None:
        self._change(id_, lambda code: replace(code, used_at=at))

    def _change(self, id_: CodeId, change: Any) -> None:
        self.rows.writes += 1
        self.rows.codes = [change(each) if each.id == id_ else each for each in self.rows.codes]


class FakeSessions:
    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    async def add(self, session: Session) -> None:
        self.rows.writes += 1
        self.rows.sessions[session.id] = session

    async def owner(self, id_: SessionId) -> AccountId | None:
        session = self.rows.sessions.get(id_)
        return None if session is None else session.account

    async def by_id(self, id_: SessionId) -> Session | None:
        return self.rows.sessions.get(id_)

    async def of_account(self, account: AccountId) -> Sequence[Session]:
        live = [each for each in self.rows.sessions.values() if each.account == account and each.ended_at is None]
        return sorted(live, key=lambda each: each.used_at, reverse=True)

    async def touch(self, id_: SessionId, used_at: datetime, expires_at: datetime) -> None:
        self.rows.writes += 1
        self.rows.sessions[id_] = replace(self.rows.sessions[id_], used_at=used_at, expires_at=expires_at)

    async def end(self, id_: SessionId, reason: EndReason, at: datetime) -> None:
        self.rows.writes += 1
        session = self.rows.sessions[id_]
        if session.ended_at is None:
            self.rows.sessions[id_] = replace(session, ended_at=at, end_reason=reason)

    async def end_all(
        self, account: AccountId, reason: EndReason, at: datetime, *, but: SessionId | None = None
    ) -> None:
        for session in await self.of_account(account):
            if session.id != but:
                await self.end(session.id, reason, at)

    async def add_token(self, token: RefreshToken) -> None:
        self.rows.writes += 1
        self.rows.tokens[token.hash] = token

    async def token(self, hash_: TokenHash) -> RefreshToken | None:
        return self.rows.tokens.get(hash_)

    async def token_used(self, hash_: TokenHash, at: datetime) -> None:
        self.rows.writes += 1
        self.rows.tokens[hash_] = replace(self.rows.tokens[hash_], used_at=at)


class FakeConsents:
    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    async def add(self, consent: ConsentRecord) -> None:
        self.rows.writes += 1
        same = (consent.account, consent.purpose, consent.text_version, None)
        if not any((each.account, each.purpose, each.text_version, each.revoked_at) == same for each in self._all):
            self.rows.consents.append(consent)

    async def revoke(self, account: AccountId, purpose: ConsentPurpose, at: datetime) -> None:
        self.rows.writes += 1
        in_force = (account, purpose, None)
        self.rows.consents = [
            replace(each, revoked_at=at) if (each.account, each.purpose, each.revoked_at) == in_force else each
            for each in self._all
        ]

    @property
    def _all(self) -> list[ConsentRecord]:
        return self.rows.consents

    async def of_account(self, account: AccountId) -> Sequence[ConsentRecord]:
        return [each for each in reversed(self.rows.consents) if each.account == account]


class FakeContactChanges:
    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    async def begin(self, change: ContactChange) -> None:
        self.rows.writes += 1
        void = (change.account, ContactChangeState.BEGUN)
        self.rows.contact_changes = [
            *(each for each in self.rows.contact_changes if (each.account, each.state) != void),
            change,
        ]

    async def void(self, account: AccountId) -> Collection[ContactChangeId]:
        self.rows.writes += 1
        void = (account, ContactChangeState.BEGUN)
        gone = [each.id for each in self.rows.contact_changes if (each.account, each.state) == void]
        self.rows.contact_changes = [each for each in self.rows.contact_changes if each.id not in gone]
        return gone

    async def change(self, change: ContactChange) -> None:
        self.rows.writes += 1
        self.rows.contact_changes = [change if each.id == change.id else each for each in self.rows.contact_changes]

    async def by_id(self, id_: ContactChangeId) -> ContactChange | None:
        return next((each for each in self.rows.contact_changes if each.id == id_), None)

    async def delivery(self, id_: ContactChangeId) -> ContactDelivery | None:
        change = await self.by_id(id_)
        if change is None or change.state is not ContactChangeState.WAITING or change.address is None:
            return None
        return ContactDelivery(self.rows.accounts[change.account].client_isn, change.kind, change.address)

    async def of_account(self, account: AccountId) -> Sequence[ContactChange]:
        accepted = [each for each in self.rows.contact_changes if each.state is not ContactChangeState.BEGUN]
        return [each for each in reversed(accepted) if each.account == account]


class FakeOutbox:
    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    async def add(self, message: Message) -> None:
        if message.topic is not None:
            self.rows.worthless += [
                each for each in self.rows.messages if (each.topic, each.kind) == (message.topic, message.kind)
            ]
        self.rows.messages.append(message)

    async def void(self, subjects: Collection[UUID]) -> None:
        self.rows.writes += 1
        self.rows.worthless += [
            each for each in self.rows.messages if each.topic is not None and each.topic.subject in subjects
        ]


class FakeAccountActions:
    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    async def add(self, action: AccountAction) -> None:
        self.rows.writes += 1
        self.rows.actions.append(action)


class FakeWork:
    def __init__(self, rows: Rows) -> None:
        self.accounts = FakeAccountRows(rows)
        self.registrations = FakeRegistrations(rows)
        self.recoveries = FakeRecoveries(rows)
        self.challenges = FakeChallenges(rows)
        self.codes = FakeCodes(rows)
        self.sessions = FakeSessions(rows)
        self.consents = FakeConsents(rows)
        self.contact_changes = FakeContactChanges(rows)
        self.outbox = FakeOutbox(rows)
        self.account_actions = FakeAccountActions(rows)
        self.feed = FakeFeed(rows)
        self.rules = FakeRules(rows)
        self.commands = FakeCommandLog(rows.underway)
        self.wishes = FakeIdempotency(rows.underway)
        self.payments = FakePayments(rows.underway)
        self.payment_means = FakePaymentMeans(rows.underway)
        self.watched_orders = FakeWatchedOrders(rows.underway)
        self.renewal_offers = FakeRenewalOffers(rows.underway)
