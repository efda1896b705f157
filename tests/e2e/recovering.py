"""A person who recovers an account of the running gateway: over HTTP, with what SMS and mail bring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from dev.tokens import PEOPLE, Person
from tests.e2e.asking import fetch
from tests.e2e.registering import PASSWORD, Registrant

__all__ = ["Recoverer", "bearer", "types"]

HELD: Final = """{ viewer { client { id profile { birthDate } policies(first: 50) { edges { node {
  number period { start } insuredObjects { ... on Vehicle { plate } } instalments { dueOn paidOn } } } } } } }"""


def bearer(tokens: Any) -> dict[str, str]:
    """Headers of who is signed in."""
    return {"authorization": f"Bearer {tokens['accessToken']}"}


def types(payload: Any) -> list[str]:
    """Names of the problems of a payload."""
    return [each["__typename"] for each in payload["errors"]]


@dataclass
class Recoverer(Registrant):
    """Takes the steps of a recovery, and what else keeps an account safe."""

    def code_to(self, address: str) -> str:
        """Wait for the next code to an address."""
        return self.received(address, self.seen.get(address, 0))

    def register(self) -> Any:
        """Go all the way to an account; return tokens."""
        known = self.known()
        profile = known["profile"]
        phone, email = profile["phone"]["value"], profile["email"]["value"]
        self.start(known["policies"]["edges"][0]["node"]["number"], profile["name"]["full"])
        for give, address in ((self.phone, phone), (self.email, email)):
            self.seen[address] = self.newest(address)
            give(address)
            self.code(address, self.seen[address])
        done = self.finish()
        assert done["errors"] == []
        self.message(email, self.seen[email])
        return done["tokens"]

    def newest(self, address: str) -> int:
        """Number of the newest message to an address, or 0."""
        assert self.stack.messages is not None
        found = fetch("GET", f"{self.stack.messages.url}/messages.json?address={address.replace('+', '%2B')}")
        return max((int(each["n"]) for each in found["messages"]), default=0)

    def recover(self, login: str) -> Any:
        """Read the picture, and begin."""
        id_, digits = self.picture()
        given = {"pictureId": id_, "pictureCode": digits, "login": login}
        return self._step("startRecovery", {"pictureId": "ID!", "pictureCode": "String!", "login": "String!"}, **given)

    def confirm(self, code: str) -> Any:
        """Enter a code."""
        return self._step("confirmRecoveryCode", {"token": "String!", "code": "String!"}, code=code)

    def lose_phone(self) -> Any:
        """Go on without the phone."""
        return self._step("recoverWithoutPhone", {"token": "String!"})

    def reply(self, answer: str) -> Any:
        """Answer a control question."""
        return self._step("answerRecoveryQuestion", {"token": "String!", "answer": "String!"}, answer=answer)

    def choose(self, password: str) -> Any:
        """Choose a password."""
        return self._step("finishRecovery", {"token": "String!", "password": "String!"}, password=password)

    def sign_in(self, login: str, password: str = PASSWORD) -> Any:
        """Sign in."""
        shown = "challenge { token sentTo } tokens { accessToken refreshToken } errors { __typename }"
        query = "mutation($login: String!, $password: String!) { signIn(login: $login, password: $password) { %s } }"
        return self.ask(query % shown, login=login, password=password)["signIn"]

    def answer_to(self, question: Any) -> str:
        """What the person answers, by what the systems hold."""
        client = self.as_(self.person, HELD)["viewer"]["client"]
        if question["kind"] == "BIRTH_YEAR":
            return str(client["profile"]["birthDate"][:4])
        tail = question["text"].rpartition("…")[2].split("?")[0].split(".")[0].strip()
        [policy] = [each["node"] for each in client["policies"]["edges"] if each["node"]["number"].endswith(tail)]
        if question["kind"] == "POLICY_YEAR":
            return str(policy["period"]["start"][:4])
        if question["kind"] == "PLATE_DIGITS":
            return str(next(each["plate"] for each in policy["insuredObjects"] if each.get("plate")))
        in_order = sorted(policy["instalments"], key=lambda each: each["dueOn"])
        unpaid = [each for each in in_order if each["paidOn"] is None]
        return str((unpaid or in_order[-1:])[0]["dueOn"][5:7])

    def as_(self, person: Person, query: str, **variables: Any) -> Any:
        """Run an operation with a token of an issuer besides the gateway."""
        kept = self.headers
        self.headers = {"authorization": f"Bearer {self.stack.issuer.token(person)}"}
        try:
            return self.ask(query, **variables)
        finally:
            self.headers = kept

    def as_employee(self, query: str, **variables: Any) -> Any:
        """Run an operation as an employee."""
        return self.as_(PEOPLE["employee"], query, **variables)
