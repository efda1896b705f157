"""Two customers with accounts over fake ports, each in the middle of everything that is done in steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

from domain import models
from domain.accounts.contacts import ContactChange, ContactChangeId
from domain.accounts.models import (
    Account,
    AccountId,
    AccountOrigin,
    ChallengeId,
    Code,
    CodeId,
    CodePurpose,
    ConsentRecord,
    RecoveryId,
    RefreshToken,
    RegistrationId,
    Session,
    SessionId,
    SignInChallenge,
)
from domain.accounts.questions import QuestionKind
from domain.accounts.recovery import Recovery
from domain.accounts.registration import Asked, Factor, Registration
from domain.models import ContactKind, Isn
from domain.payments.means import MeansId, SavedMeans
from domain.payments.ports import PaymentPorts
from domain.renewals import judging
from domain.renewals.models import OfferId
from domain.renewals.ports import RenewalPorts
from domain.viewer import Viewer, ViewerKind
from resolvers import ids
from resolvers.context import Context
from tests.fakes import objects
from tests.fakes.accounts import FakeAccounts, FakeVisitor
from tests.fakes.acquirer import FakeAcquirer
from tests.fakes.clock import NOW, StillClock
from tests.fakes.holdings import rows
from tests.fakes.reads import FakeReads
from tests.fakes.renewals import FakeRenewing
from tests.fakes.requests import request
from tests.unit.domain.renewals.test_signing import OFFER
from tests.unit.resolvers.use_cases.paying import RULES

__all__ = ["CODE", "STRANGER", "VICTIM", "Customer", "Town"]

CODE: Final = "111111"
LATER: Final = NOW.replace(year=NOW.year + 1)


@dataclass(frozen=True, slots=True)
class Customer:
    """What is theirs is numbered from ``isn``. Passwords and tokens are secret, all else may have been overheard."""

    isn: int
    name: models.PersonName
    phone: str
    email: str
    device: str

    @property
    def account(self) -> AccountId:
        return AccountId(UUID(int=self.isn))

    @property
    def registering(self) -> Isn:
        """Somebody of the same household who has no account yet."""
        return Isn(self.isn + 1)

    @property
    def policy(self) -> str:
        """Number of the policy of who registers."""
        return str(objects.number(self.isn + 1))

    @property
    def viewer(self) -> Viewer:
        return Viewer(ViewerKind.CLIENT, str(self.account), Isn(self.isn), str(self.account))

    @property
    def password(self) -> str:
        return f"двенадцать зелёных {self.device}"

    @property
    def priced(self) -> OfferId:
        """An offer to renew the policy."""
        return OfferId(UUID(int=self.isn * 1000 + 998))

    @property
    def accepted(self) -> OfferId:
        """One for which a code is on its way."""
        return OfferId(UUID(int=self.isn * 1000 + 999))

    @property
    def change(self) -> ContactChangeId:
        """A change of a contact for which codes are on their way."""
        return ContactChangeId(UUID(int=self.isn * 1000 + 996))

    @property
    def means(self) -> SavedMeans:
        """A card that the bank remembers."""
        id_ = MeansId(UUID(int=self.isn * 1000 + 997))
        return SavedMeans(id_, self.account, f"token of {self.device}", f"Карта {self.device}", LATER.date(), NOW)

    def token_of(self, mutation: str) -> str:
        """What the next step of what is underway takes."""
        return f"{self.device} {mutation}"

    @property
    def known(self) -> Mapping[str, str]:
        """What a stranger may know of them, by the name of the argument that it would be given in."""
        return {
            "id": str(self.account),
            "clientId": ids.encode("Client", self.isn),
            "policyNumber": self.policy,
            "policyId": ids.encode("Policy", self.isn),
            "fullName": f"{self.name.last} {self.name.first} {self.name.patronymic}",
            "phone": self.phone,
            "email": self.email,
            "login": self.email,
            "token": str(self.account),
            "challenge": str(self.account),
            "refreshToken": str(self.account),
            "offerId": ids.encode("RenewalOffer", self.accepted),
            "means": ids.encode("PaymentMeans", self.means.id),
            "changeId": ids.encode("ContactChange", self.change),
        }

    @property
    def texts(self) -> set[str]:
        """What nobody else may be shown."""
        return {self.name.last, self.phone[2:], self.email, self.device, str(self.account)}


ANNA: Final = models.PersonName("Лескова", "Анна", "Ильинична")
PETR: Final = models.PersonName("Громов", "Пётр", "Ильич")
VICTIM: Final = Customer(100, ANNA, "+79165550011", "anna@example.ru", "Nokia")
STRANGER: Final = Customer(200, PETR, "+79165550022", "petr@example.ru", "Pixel")
"""Ids of what they have are one and the same number, as in no real database: a mistake of kinds would show."""


def world() -> FakeReads:
    """Both with a policy, and who registers with another."""
    clients, policies = [], []
    for who in (VICTIM, STRANGER):
        for isn in (who.isn, who.registering):
            clients.append(
                objects.client(
                    isn,
                    name=who.name,
                    phone=models.Contact(ContactKind.PHONE, who.phone, "+7 *** ***-00-**", confirmed=True),
                    email=models.Contact(ContactKind.EMAIL, who.email, "*@example.ru", confirmed=True),
                )
            )
            policies.append(objects.policy(isn, line=models.Line.PROPERTY, insured_objects=(), holder_isn=Isn(isn)))
    owed = {each.key: (objects.instalment(1),) for each in policies}
    choices = {each.key: objects.renewal_choices() for each in policies}
    papers = {each.key: (objects.document(each.isn),) for each in policies}
    return FakeReads(
        **rows(clients=clients, policies=policies), instalments=owed, documents=papers, renewal_choices=choices
    )


@dataclass
class Town:
    """Both customers, as the gateway has them."""

    kept: FakeAccounts = field(default_factory=lambda: FakeAccounts(StillClock()))
    reads: FakeReads = field(default_factory=world)
    acquirer: FakeAcquirer = field(default_factory=FakeAcquirer)
    renewing: FakeRenewing = field(default_factory=FakeRenewing)

    def __post_init__(self) -> None:
        for each in (VICTIM, STRANGER):
            settle(self.kept, each)
        self.kept.pictures["a picture"] = "123456"

    def context(self, viewer: Viewer | None) -> Context:
        paying = PaymentPorts(self.acquirer, bool, lambda _: None, RULES)
        renewing = RenewalPorts(self.renewing.quote_renewal, lambda _: None)
        accounts = replace(self.kept.ports, payments=paying, renewals=renewing)
        return request(self.reads, viewer, clock=StillClock(), accounts=accounts, visit=FakeVisitor())

    def of(self, who: Customer) -> dict[str, Any]:
        """What is kept of a customer: changed, taken away or added to, it is another."""
        kept = self.kept.rows
        sessions = {id_: each for id_, each in kept.sessions.items() if each.account == who.account}
        underway = {UUID(int=who.isn * 1000 + number) for number in range(1000)}
        return {
            "accounts": [each for each in kept.accounts.values() if each.client_isn in {who.isn, who.registering}],
            "sessions": sessions,
            "tokens": [each for each in kept.tokens.values() if each.session in sessions],
            "consents": [each for each in kept.consents if each.account == who.account],
            "challenges": [each for each in kept.challenges if each.account == who.account],
            "contact_changes": [each for each in kept.contact_changes if each.account == who.account],
            "payments": [each for each in kept.underway.payments if each.account == who.account],
            "means": [each for each in kept.underway.means if each.account == who.account],
            "offers": [each for each in kept.underway.offers if each.account == who.account],
            "signatures": [each for each in kept.underway.signatures if each.account == who.account],
            "commands": [
                each
                for each in kept.underway.commands
                if str(who.account) in each.subject or each.subject == f"renewal/{who.isn}"
            ],
            "wishes": {key: each for key, each in kept.underway.wishes.items() if str(who.account) in key[0]},
            "registrations": [each for each in kept.registrations if each.id in underway],
            "recoveries": [each for each in kept.recoveries if each.id in underway],
            "codes": [each for each in kept.codes if each.subject in {*underway, who.account}],
        }


def settle(kept: FakeAccounts, who: Customer) -> None:
    """Give a customer an account, a session, and something underway for each mutation that goes on with it."""
    mine, hash_ = kept.rows, kept.hash
    mine.accounts[who.account] = Account(
        who.account, Isn(who.isn), AccountOrigin.SELF, who.phone, who.email, f"hash of {who.password}", False, NOW
    )
    session = SessionId(who.account)
    mine.sessions[session] = Session(session, who.account, who.device, NOW, NOW, LATER)
    refresh = hash_(who.token_of("refreshTokens"))
    mine.tokens[refresh] = RefreshToken(refresh, session, NOW, LATER)
    for purpose in models.ConsentPurpose:
        mine.consents.append(ConsentRecord(who.account, purpose, "v1", NOW))
    number = iter(range(who.isn * 1000, who.isn * 1000 + 1000))

    def code(purpose: CodePurpose, subject: UUID, kind: ContactKind) -> None:
        address = who.phone if kind is ContactKind.PHONE else who.email
        id_ = CodeId(UUID(int=next(number)))
        mine.codes.append(Code(id_, purpose, subject, kind, address, CODE.encode(), NOW, LATER))

    for mutation, registration in registrations(who).items():
        id_ = RegistrationId(UUID(int=next(number)))
        token = hash_(who.token_of(mutation))
        origin = AccountOrigin.PREPARED if registration.get("link") else AccountOrigin.SELF
        mine.registrations.append(
            Registration(id_, origin, who.registering, Isn(who.registering), token, LATER, **registration)
        )
        code(CodePurpose.REGISTRATION, id_, ContactKind.PHONE)
    for mutation, recovery in recoveries(who).items():
        recovery_id = RecoveryId(UUID(int=next(number)))
        token = hash_(who.token_of(mutation))
        mine.recoveries.append(
            Recovery(
                id=recovery_id,
                kind=ContactKind.EMAIL,
                address=who.email,
                token=token,
                expires_at=LATER,
                account=who.account,
                client_isn=Isn(who.isn),
                **recovery,
            )
        )
        code(CodePurpose.RECOVERY, recovery_id, ContactKind.EMAIL)
    challenge = ChallengeId(UUID(int=next(number)))
    mine.challenges.append(SignInChallenge(challenge, who.account, hash_(who.token_of("signInWithCode")), LATER))
    code(CodePurpose.SIGN_IN, challenge, ContactKind.PHONE)
    mine.contact_changes.append(
        ContactChange(who.change, who.account, ContactKind.PHONE, "+79050001122", ContactKind.PHONE, NOW, LATER)
    )
    code(CodePurpose.CONTACT_CHANGE, who.change, ContactKind.PHONE)
    code(CodePurpose.CONTACT_CHANGE, who.account, ContactKind.PHONE)
    mine.underway.means.append(who.means)
    mine.underway.offers.append(replace(OFFER, id=who.priced, account=who.account, policy=Isn(who.isn)))
    accepted = replace(OFFER, id=who.accepted, account=who.account, policy=Isn(who.isn))
    mine.underway.offers.append(judging.accepted(accepted, NOW))
    code(CodePurpose.SIGNATURE, who.accepted, ContactKind.PHONE)


def registrations(who: Customer) -> dict[str, dict[str, Any]]:
    """Mutation -> where a registration stands that waits for it."""
    known, here = Factor(who.phone, matches=True, confirmed=True), Factor(who.email, matches=True, confirmed=True)
    unknown = Factor("+79050001122", matches=False, confirmed=True)
    return {
        "openActivation": {"email": Factor(who.email, matches=True), "link": ContactKind.EMAIL},
        "giveRegistrationPhone": {},
        "confirmRegistrationCode": {"phone": Factor(who.phone, matches=True)},
        "giveRegistrationEmail": {"phone": known},
        "answerControlQuestion": {
            "phone": unknown,
            "email": here,
            "questions": (Asked(QuestionKind.BIRTH_YEAR, ""),),
        },
        "finishRegistration": {"phone": known, "email": replace(here, address=f"new.{who.email}")},
    }


def recoveries(who: Customer) -> dict[str, dict[str, Any]]:
    """Mutation -> where a recovery stands that waits for it."""
    asked = (Asked(QuestionKind.BIRTH_YEAR, ""),)
    answered = (Asked(QuestionKind.BIRTH_YEAR, "", answered=True),)
    proved = {"other": who.phone, "other_confirmed": True}
    return {
        "confirmRecoveryCode": {},
        "sendRecoveryCode": {},
        "recoverWithoutPhone": {"other": who.phone},
        "answerRecoveryQuestion": {**proved, "questions": asked},
        "finishRecovery": {**proved, "questions": answered},
    }
