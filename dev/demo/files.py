"""The files of a run: the gateway's settings and keys, the page's tabs and tokens, what curl sends."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from dev import queries
from dev.demo.options import Options
from dev.tokens import AUDIENCE, ISSUER, DemoIssuer

__all__ = ["BY_HAND", "LABELS", "Changes", "RunFiles", "by_hand", "page_is_built"]

Changes: TypeAlias = Mapping[str, Mapping[str, Any]]
"""Section of the settings -> name -> value."""

NOTHING: Final[Changes] = {}
PAGE: Final = Path(__file__).parents[2] / "web" / "graphiql" / "dist"
BY_HAND: Final = {
    "registration": {"pictureId": "", "pictureCode": "", "policyNumber": "P10033148", "fullName": ""},
    "renewal": {"number": "K01393741"},
    "payment": {"key": "my-first-payment", "policyId": "", "number": 1},
}
"""What can be tried by hand, each a file here -> the variables of its first step."""

LABELS: Final = {
    "client": "first client",
    "second_client": "second client",
    "employee": "employee",
    "trusted_employee": "employee who may read personal data",
    "employee_without_scopes": "employee without scopes",
}


@dataclass(frozen=True, slots=True)
class RunFiles:
    """Writes into a folder that only its owner can open; every file only its owner can read."""

    folder: Path
    issuer: DemoIssuer

    def write_settings(
        self, options: Options, systems: Mapping[str, Mapping[str, Any]], socket: Path, changes: Changes = NOTHING
    ) -> Path:
        """Write the gateway's settings. ``systems`` are sections for what runs beside it, ``changes`` go over all."""
        jwks = self.write("jwks.json", "")
        self.issuer.write_jwks(jwks)
        signing = self.write("signing.json", "")
        self.issuer.write_signing_jwk(signing)
        base = f"http://127.0.0.1:{options.port}"
        sections: dict[str, Mapping[str, Any]] = {
            "server": {
                "host": "127.0.0.1",
                "port": options.port,
                "environment": "development",
                "public_url": base,
                "shutdown_s": 1.0,
            },
            "access": {
                "issuer": ISSUER,
                "audience": AUDIENCE,
                "jwks": str(jwks),
                "demo_keys": True,
            },
            "accounts": {
                "signing_jwk": str(signing),
                "secret": secrets.token_urlsafe(32),
                "activation_url": f"{base}/activate#",
            },
            "links": {"key": secrets.token_urlsafe(32)},
            "resilience": {},
            "redis": {"unix_socket_path": str(socket)},
            "cache": {"secret": secrets.token_urlsafe(32)},
            "page": {"enabled": page_is_built(), "directory": str(PAGE), "config": str(self.folder / "page.json")},
            **systems,
        }
        names = dict.fromkeys((*sections, *changes))
        tables = [toml(name, {**sections.get(name, {}), **changes.get(name, {})}) for name in names]
        return self.write("gateway.toml", "\n".join(tables))

    def write_page(self, tokens: Mapping[str, str]) -> Path:
        """Write what the GraphQL page offers: a tab an operation, a token a person."""
        tabs = [
            {"title": each.name, "query": each.query, "variables": json.dumps(each.variables)}
            for each in queries.load().values()
        ]
        tabs += [
            {"title": name.capitalize(), "query": by_hand(name), "variables": json.dumps(first)}
            for name, first in BY_HAND.items()
        ]
        people = [{"label": LABELS[name], "token": token} for name, token in tokens.items()]
        return self.write("page.json", json.dumps({"endpoint": "/graphql", "tabs": tabs, "tokens": people}))

    def write_request(self, operation: str, token: str) -> tuple[Path, Path]:
        """Write headers and body for curl, so that its line stays short and the token out of the process list."""
        headers = f"authorization: Bearer {token}\ncontent-type: application/json\n"
        body = json.dumps(queries.load()[operation].request)
        return self.write("client.headers", headers), self.write(f"{operation}.json", body)

    def write(self, name: str, text: str) -> Path:
        """Write a file that nobody else can read, not even for a moment."""
        path = self.folder / name
        path.touch(0o600)
        path.write_text(text, encoding="utf-8")
        return path


def page_is_built() -> bool:
    """Return whether ``make page`` has been run."""
    return (PAGE / "index.html").is_file()


def by_hand(name: str) -> str:
    """Return the operations of something that can be tried by hand."""
    return Path(__file__).with_name(f"{name}.graphql").read_text(encoding="utf-8")


def toml(name: str, section: Mapping[str, Any]) -> str:
    """Write one table; JSON's texts, numbers and booleans are TOML's too."""
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in section.items()]
    return f"[{name}]\n{''.join(lines)}"
