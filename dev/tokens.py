"""Demo sign-in: makes a key pair, writes its halves, mints tokens.

The key's id starts with ``demo-``, which production settings refuse. ``python -m dev.tokens JWKS_FILE`` makes a key,
writes the key set to the file and prints tokens of two clients and of employees with
more, fewer and no scopes.
"""

from __future__ import annotations

import argparse
import json
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from joserfc import jwt
from joserfc.jwk import OKPKey

__all__ = ["AUDIENCE", "ISSUER", "PEOPLE", "DemoIssuer", "Person"]

ISSUER: Final = "https://sign-in.demo.invalid"
AUDIENCE: Final = "insurance-graph"
ALGORITHM: Final = "Ed25519"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to sign in as; employees have no ISN, and clients no scopes."""

    subject: str
    client_isn: int | None = None
    scopes: tuple[str, ...] = ()

    @property
    def claims(self) -> dict[str, Any]:
        """The claims that say who it is."""
        if self.client_isn is None:
            scope = {"scope": " ".join(self.scopes)} if self.scopes else {}
            return {"sub": self.subject, "kind": "employee", **scope}
        return {"sub": self.subject, "kind": "client", "client_isn": self.client_isn}


PEOPLE: Final = {
    "client": Person("demo-client-1", 2596516901),
    "second_client": Person("demo-client-2", 2596516902),
    "employee": Person("demo-employee-1", scopes=("clients:find", "accounts:prepare", "accounts:lock")),
    "trusted_employee": Person(
        "demo-employee-2", scopes=("clients:find", "accounts:prepare", "accounts:lock", "personal-data:read")
    ),
    "employee_without_scopes": Person("demo-employee-3"),
}


@dataclass(frozen=True, slots=True)
class DemoIssuer:
    """Signs tokens with a key that lives as long as the process."""

    issuer: str = ISSUER
    audience: str = AUDIENCE
    key: OKPKey = field(
        default_factory=lambda: OKPKey.generate_key(
            "Ed25519", parameters={"kid": f"demo-{secrets.token_hex(8)}", "alg": ALGORITHM, "use": "sig"}
        )
    )

    def write_jwks(self, file: Path) -> None:
        """Write the public half for the gateway's ``access.jwks``."""
        file.write_text(json.dumps({"keys": [self.key.as_dict(private=False)]}), encoding="utf-8")

    def write_signing_jwk(self, file: Path) -> None:
        """Write the private half, for nobody else to read, for a gateway that signs by itself."""
        file.touch(mode=0o600)
        file.write_text(json.dumps(self.key.as_dict(private=True)), encoding="utf-8")

    def token(self, person: Person, *, ttl_s: int = 12 * 3600, now_s: float | None = None, **claims: Any) -> str:
        """Mint a token; more claims are added or, with None, taken away. Units: ``now_s`` since the epoch."""
        now = int(time.time() if now_s is None else now_s)
        payload = {
            "iss": self.issuer,
            "aud": self.audience,
            "iat": now,
            "nbf": now,
            "exp": now + ttl_s,
            **person.claims,
            **claims,
        }
        header = {"alg": ALGORITHM, "kid": self.key.kid, "typ": "at+jwt"}
        kept = {name: value for name, value in payload.items() if value is not None}
        return jwt.encode(header, kept, self.key, algorithms=[ALGORITHM])


def main() -> None:
    """Write a key set and print tokens as JSON."""
    parser = argparse.ArgumentParser(prog="python -m dev.tokens", description=__doc__, allow_abbrev=False)
    parser.add_argument("jwks", type=Path, help="file for the public key set")
    demo = DemoIssuer()
    demo.write_jwks(parser.parse_args().jwks)
    print(json.dumps({name: demo.token(person) for name, person in PEOPLE.items()}, indent=2))


if __name__ == "__main__":
    main()
