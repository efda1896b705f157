"""Access tokens: good ones name a viewer, tampered ones nobody."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws, jwt
from joserfc.jwk import OctKey, OKPKey

from dev.tokens import AUDIENCE, ISSUER, DemoIssuer, Person
from domain import models
from domain.viewer import Viewer, ViewerKind
from gateway.access.errors import TokenExpired, TokenInvalid
from gateway.access.keys import PublicKeys
from gateway.access.tokens import Tokens
from gateway.settings import Access
from tests.fakes.clock import NOW, StillClock

DEMO = DemoIssuer()
CLIENT = Person("client-1", 2596516901)
NOW_S = int(NOW.timestamp())


@pytest.fixture(scope="module")
def jwks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("keys") / "jwks.json"
    DEMO.write_jwks(file)
    return file


@pytest.fixture(scope="module")
def tokens(jwks: Path) -> Tokens:
    settings = Access(issuer=ISSUER, audience=AUDIENCE, jwks=jwks, demo_keys=True, leeway_s=30)
    return Tokens(settings, PublicKeys.load(jwks, demo_keys=True), StillClock())


def minted(person: Person = CLIENT, **claims: Any) -> str:
    return DEMO.token(person, now_s=NOW_S, **claims)


def signed(header: dict[str, Any], claims: dict[str, Any] | None = None, key: Any = DEMO.key) -> str:
    """Sign whatever claims under whatever header."""
    good = {"iss": ISSUER, "aud": AUDIENCE, "iat": NOW_S, "exp": NOW_S + 60, **CLIENT.claims}
    whole = {"alg": "Ed25519", "kid": DEMO.key.kid, "typ": "at+jwt", **header}
    kept = {name: value for name, value in whole.items() if value is not None}
    return jwt.encode(kept, claims or good, key, algorithms=[whole["alg"]], default_type=None)


def raw(header: Any, claims: Any, signature: bytes = b"") -> str:
    """Put together a token by hand."""
    parts = [json.dumps(header).encode(), json.dumps(claims).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def reason(tokens: Tokens, token: str) -> str:
    with pytest.raises(TokenInvalid) as refused:
        tokens.viewer(token)
    assert not token or token not in str(refused.value)
    return refused.value.reason


def test_a_client_and_an_employee(tokens: Tokens) -> None:
    isn = models.Isn(2596516901)
    assert tokens.viewer(minted()) == Viewer(ViewerKind.CLIENT, "client-1", isn)
    assert tokens.viewer(minted(Person("employee-1"))) == Viewer(ViewerKind.EMPLOYEE, "employee-1")


def test_an_employee_has_the_scopes_of_the_token_and_a_client_none(tokens: Tokens) -> None:
    known = tokens.viewer(minted(Person("employee-1", scopes=("clients:find", "personal-data:read"))))
    assert known.scopes == {"clients:find", "personal-data:read"}
    assert tokens.viewer(minted(Person("employee-1"))).scopes == frozenset()
    assert tokens.viewer(minted(Person("employee-1"), scope="")).scopes == frozenset()
    assert tokens.viewer(minted(scope="clients:find personal-data:read")).scopes == frozenset()


@pytest.mark.parametrize(
    "scope",
    [["clients:find"], 1, True, {}, " ", "a  b", " a", "a ", 'a"b', "a\\b", "я", "a\tb", " ".join(map(str, range(65)))],
)
def test_scopes_that_are_not_written_as_such_are_refused(tokens: Tokens, scope: Any) -> None:
    assert reason(tokens, minted(Person("employee-1"), scope=scope)) == "invalid_claim scope"


def test_one_of_several_audiences_is_enough(tokens: Tokens) -> None:
    assert tokens.viewer(minted(aud=["another", AUDIENCE])).subject == "client-1"


@pytest.mark.parametrize(
    ("claims", "found"),
    [
        ({"iss": "https://another"}, "invalid_claim iss"),
        ({"aud": "another"}, "invalid_claim aud"),
        ({"aud": ["another"]}, "invalid_claim aud"),
        ({"nbf": NOW_S + 31}, "invalid_claim nbf"),
        ({"iat": NOW_S + 31}, "invalid_claim iat"),
        ({"exp": "tomorrow"}, "invalid_claim exp"),
        ({"exp": True}, "invalid_claim exp"),
        ({"exp": float("nan")}, "invalid_claim exp"),
        ({"kind": "admin"}, "invalid_claim kind"),
        ({"kind": ["client"]}, "invalid_claim sub or kind"),
        ({"sub": 5}, "invalid_claim sub"),
        ({"sub": ""}, "invalid_claim sub"),
        ({"sub": "x" * 300}, "invalid_claim sub or kind"),
        ({"client_isn": "2596516901"}, "invalid_claim client_isn"),
        ({"client_isn": 0}, "invalid_claim client_isn"),
        ({"client_isn": -1}, "invalid_claim client_isn"),
        ({"client_isn": True}, "invalid_claim client_isn"),
        ({"client_isn": 2596516901.0}, "invalid_claim client_isn"),
        ({"client_isn": None}, "invalid_claim client_isn"),
        ({"kind": "employee"}, "invalid_claim client_isn"),
        *[({name: None}, f"missing_claim {name}") for name in ("iss", "aud", "exp", "iat", "sub", "kind")],
    ],
    ids=str,
)
def test_claims_that_do_not_hold(tokens: Tokens, claims: dict[str, Any], found: str) -> None:
    assert reason(tokens, minted(**claims)) == found


def test_clocks_may_differ_by_the_leeway_and_no_more(tokens: Tokens) -> None:
    assert tokens.viewer(minted(exp=NOW_S - 29)).subject == "client-1"
    assert tokens.viewer(minted(nbf=NOW_S + 30, iat=NOW_S + 30)).subject == "client-1"
    with pytest.raises(TokenExpired):
        tokens.viewer(minted(exp=NOW_S - 30))


def test_a_token_without_nbf_is_good(tokens: Tokens) -> None:
    assert tokens.viewer(minted(nbf=None)).subject == "client-1"


@pytest.mark.parametrize(
    ("token", "found"),
    [
        pytest.param(
            raw({"alg": "none", "kid": DEMO.key.kid, "typ": "at+jwt"}, {}), "unsupported_algorithm", id="none"
        ),
        pytest.param(signed({"kid": "demo-other"}), "unknown key", id="unknown key id"),
        pytest.param(signed({"kid": None}), "unknown key", id="no key id"),
        pytest.param(raw({"alg": "Ed25519", "kid": [1]}, {}), "invalid_header_value", id="key id of another type"),
        pytest.param(signed({"typ": "JWT"}), "not an access token", id="another type of token"),
        pytest.param(signed({"typ": None}), "not an access token", id="no type"),
        pytest.param(signed({}, key=OKPKey.generate_key("Ed25519")), "bad_signature", id="another key"),
        pytest.param(
            signed(
                {"alg": "HS256"},
                key=OctKey.import_key(str(DEMO.key.as_dict(private=False)["x"]) * 2),
            ),
            "unsupported_algorithm",
            id="the public key as a secret",
        ),
    ],
)
def test_headers_and_signatures_that_do_not_hold(tokens: Tokens, token: str, found: str) -> None:
    assert reason(tokens, token) == found


def test_a_token_that_was_changed(tokens: Tokens) -> None:
    header, _, signature = minted().split(".")
    other = minted(Person("client-2", 2596516902)).split(".")[1]
    assert reason(tokens, f"{header}.{other}.{signature}") == "bad_signature"
    assert reason(tokens, f"{header}.{other}.") == "bad_signature"


def test_a_token_that_is_too_long(tokens: Tokens) -> None:
    assert reason(tokens, minted(padding="x" * 4096)) == "too long"


def test_claims_that_are_no_map(tokens: Tokens) -> None:
    header = {"alg": "Ed25519", "kid": DEMO.key.kid, "typ": "at+jwt"}
    for payload in (b"[]", b"5", b"not json", b"[" * 3000):
        assert reason(tokens, jws.serialize_compact(header, payload, DEMO.key, algorithms=["Ed25519"]))


@given(st.text(max_size=300) | st.from_regex(r"[\w-]{0,80}\.[\w-]{0,80}\.[\w-]{0,80}", fullmatch=True))
def test_garbage_is_never_anything_but_invalid(text: str) -> None:
    keys = PublicKeys(by_id={}, published=b"")
    settings = Access(issuer=ISSUER, audience=AUDIENCE, jwks=Path("unread"), demo_keys=True)
    with pytest.raises(TokenInvalid):
        Tokens(settings, keys, StillClock()).viewer(text)
