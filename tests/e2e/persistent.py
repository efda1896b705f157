"""A person who registers step by step, and repeats one whose answer never came with the token that the person has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from dev.demo.stack import Stack
from dev.tokens import Person
from tests.e2e.asking import fetch
from tests.e2e.recovering import Recoverer

__all__ = ["STEPS", "Persistent", "people"]

STEPS: Final = ("start", "phone", "phone code", "email", "email code", "answer", "finish")
FIRST: Final = 2596516920
MOTOR_OR_PROPERTY: Final = {"KASKO", "OSAGO", "PROPERTY"}
"""Lines of policies on which no birth date stands, so there is always something to ask for."""

KNOWN: Final = """{ viewer { client { profile { name { full } phone { value } email { value } }
  policies(first: 50) { edges { node { number line } } } } } }"""


@dataclass
class Persistent(Recoverer):
    """``phone_here`` is one that nobody knows, which costs a control question: so every step is taken."""

    phone_here: str = ""
    profile: Any = None
    policy: str = ""
    question: Any = None
    tokens: Any = None
    taken: int = 0
    codes: dict[str, str] = field(default_factory=dict)
    """What was read for a step."""
    messages: dict[str, int] = field(default_factory=dict)
    """How many of the messages to an address were read."""

    @property
    def email_here(self) -> str:
        """The address that the systems know."""
        return str(self.profile["email"]["value"])

    def go_on(self, until: str = "") -> None:
        """Take the steps that are left, or those before one."""
        for step in STEPS[self.taken : STEPS.index(until) if until else None]:
            self.took(step, self.ready_for(step)())

    def took(self, step: str, payload: Any) -> None:
        """Take note of an answer."""
        assert payload["errors"] == [], (step, payload)
        self.question, self.tokens = payload["progress"]["question"], payload["tokens"]
        self.taken = STEPS.index(step) + 1

    def ready_for(self, step: str) -> Callable[[], Any]:
        """Do what a step needs beforehand; what is returned takes it, and may be called again to repeat it."""
        if step == "start":
            picture = self.picture()
            name = self.profile["name"]["full"]
            return lambda: self.begin(picture, self.policy, name)
        if step == "phone":
            return lambda: self.phone(self.phone_here)
        if step == "email":
            return lambda: self.email(self.email_here)
        if step == "answer":
            answer = self.answer_to(self.question)
            return lambda: self.answer(answer)
        if step == "finish":
            return self.finish
        if step not in self.codes:
            self.codes[step] = self.read(self.phone_here if step == "phone code" else self.email_here)
        return lambda: self.enter(self.codes[step])

    def read(self, address: str) -> str:
        """Wait for the next message to an address, and return the code in it."""
        self.messages[address] = self.messages.get(address, 0) + 1
        return self.code_to(address)

    def told(self) -> dict[str, int]:
        """How many messages came to each address, once the last of all is there: that there is an account."""
        known = self.profile["phone"]["value"]
        for address in (self.email_here, known):
            self.message(address, self.seen.get(address, 0))
        return {each: len(self._box(each)) for each in (self.phone_here, self.email_here, known)}

    def is_signed_in(self) -> bool:
        """Whether the tokens that came are good."""
        self.headers = {"authorization": f"Bearer {self.tokens['accessToken']}"}
        return bool(self.ask("{ viewer { kind } }")["viewer"]["kind"] == "CLIENT")

    def _box(self, address: str) -> list[Any]:
        assert self.stack.messages is not None
        url = f"{self.stack.messages.url}/messages.json?address={address.replace('+', '%2B')}"
        return list(fetch("GET", url)["messages"])


def people(stack: Stack) -> Iterator[Persistent]:
    """Find people with a policy to type and another one to be asked about."""
    number = 0
    while True:
        number += 1
        person = Persistent(stack, Person(f"person-{number}", FIRST + number), phone_here=f"+7905{number:07d}")
        client = person.as_(person.person, KNOWN)["viewer"]["client"]
        policies = [each["node"] for each in client["policies"]["edges"]]
        fit = [each["number"] for each in policies if each["line"] in MOTOR_OR_PROPERTY]
        if len(policies) > 1 and fit:
            person.profile, person.policy = client["profile"], fit[0]
            yield person
