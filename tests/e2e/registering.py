"""A person who registers with the running gateway: over HTTP, with what SMS and mail bring."""

from __future__ import annotations

import re
import time
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

import redis

from dev.demo.stack import Stack
from dev.tokens import PEOPLE, Person
from gateway.identity.deriving import PICTURES, derived, keyed
from tests.e2e.asking import fetch

__all__ = ["PASSWORD", "Registrant"]

PASSWORD: Final = "двенадцать зелёных котов"
PATIENCE_S: Final = 60.0
"""A busy machine has taken 19 s to bring a mail."""

DIGITS: Final = "123456"
PAYLOAD: Final = """
  progress { token step sentTo question { kind text } }
  tokens { accessToken refreshToken accessExpiresInSeconds }
  errors { __typename ... on InvalidField { field reason message } ... on WrongCode { attemptsLeft message }
    ... on NotConfirmed { message } ... on AccountExists { message } ... on StepOver { message } }
"""
PERSON: Final = """{ viewer { client { profile { name { full } phone { value } email { value } }
  policies(first: 50) { edges { node { number } } } } } }"""


@dataclass
class Registrant:
    """``known`` is what the systems hold of the person; ``token`` is for the next step."""

    stack: Stack
    person: Person = PEOPLE["client"]
    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    """Number of the last message that was read at an address."""

    def ask(self, query: str, **variables: Any) -> Any:
        """Run an operation as this person's device; there must be no errors but those of a payload."""
        answer = fetch("POST", f"{self.stack.url}/graphql", {"query": query, "variables": variables}, self._headers())
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def known(self) -> Any:
        """What the systems hold of the person."""
        bearer = {"authorization": f"Bearer {self.stack.issuer.token(self.person)}"}
        answer = fetch("POST", f"{self.stack.url}/graphql", {"query": PERSON}, {**self._headers(), **bearer})
        return answer["data"]["viewer"]["client"]

    def start(self, policy: str, name: str) -> Any:
        """Read the picture, and begin."""
        return self.begin(self.picture(), policy, name)

    def begin(self, picture: tuple[str, str], policy: str, name: str) -> Any:
        """Begin with a picture that was read."""
        id_, digits = picture
        return self._step(
            "startRegistration",
            {"pictureId": "ID!", "pictureCode": "String!", "policyNumber": "String!", "fullName": "String!"},
            pictureId=id_,
            pictureCode=digits,
            policyNumber=policy,
            fullName=name,
        )

    def phone(self, phone: str) -> Any:
        """Give a phone."""
        return self._step("giveRegistrationPhone", {"token": "String!", "phone": "String!"}, phone=phone)

    def email(self, email: str) -> Any:
        """Give an e-mail address."""
        return self._step("giveRegistrationEmail", {"token": "String!", "email": "String!"}, email=email)

    def code(self, address: str, after: int = 0) -> Any:
        """Enter the code that came to an address."""
        return self.enter(self.received(address, after))

    def enter(self, code: str) -> Any:
        """Enter a code that was read."""
        return self._step("confirmRegistrationCode", {"token": "String!", "code": "String!"}, code=code)

    def answer(self, answer: str) -> Any:
        """Answer a control question."""
        return self._step("answerControlQuestion", {"token": "String!", "answer": "String!"}, answer=answer)

    def finish(self, password: str = PASSWORD) -> Any:
        """Choose a password."""
        return self._step(
            "finishRegistration",
            {"token": "String!", "password": "String!", "consents": "[ConsentInput!]!"},
            password=password,
            consents=[{"purpose": "PERSONAL_DATA", "textVersion": "v1"}],
        )

    def picture(self) -> tuple[str, str]:
        """Ask for a picture code and put digits of ours in it, as nobody can who has not the gateway's secret."""
        picture = self.ask("mutation { requestPictureCode { picture { id image speech } errors { __typename } } }")
        made = picture["requestPictureCode"]["picture"]
        assert made["image"].startswith("data:image/png;base64,")
        assert made["speech"].startswith("data:audio/wav;base64,")
        return made["id"], self._digits(made["id"])

    def received(self, address: str, after: int = 0) -> str:
        """Wait for a code to an address in a message newer than one seen; others may come, such as activation links."""
        while not (codes := re.findall(r"\b\d{6}\b", (message := self.message(address, after))["text"])):
            after = message["n"]
        [code] = codes
        return str(code)

    def message(self, address: str, after: int = 0) -> Any:
        """Wait for a message to an address that is newer than one seen."""
        assert self.stack.messages is not None
        wanted = urlencode({"address": address, "since": after})
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            found = fetch("GET", f"{self.stack.messages.url}/messages.json?{wanted}")["messages"]
            if found:
                self.seen[address] = found[0]["n"]
                return found[0]
            time.sleep(0.05)
        raise AssertionError(f"nothing came to {address}")

    def _step(self, name: str, types: Mapping[str, str], **given: Any) -> Any:
        if "token" in types:
            given["token"] = self.token
        declared = ", ".join(f"${each}: {type_}" for each, type_ in types.items())
        passed = ", ".join(f"{each}: ${each}" for each in types)
        payload = self.ask(f"mutation Step({declared}) {{ {name}({passed}) {{ {PAYLOAD} }} }}", **given)[name]
        if payload["progress"] is not None:
            self.token = payload["progress"]["token"]
        return payload

    def _digits(self, id_: str) -> str:
        settings = tomllib.loads((self.stack.folder / "gateway.toml").read_text(encoding="utf-8"))
        key = derived(settings["accounts"]["secret"], PICTURES)
        with redis.Redis(unix_socket_path=str(self.stack.redis_socket)) as client:
            [name] = client.scan_iter(f"*picture:{id_}")
            client.set(name, keyed(key, id_.encode(), DIGITS.encode()), keepttl=True)
        return DIGITS

    def _headers(self) -> dict[str, str]:
        return {"content-type": "application/json", "accept-language": "ru", **self.headers}
