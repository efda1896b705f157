"""What the gateway issues: access tokens that it takes itself, random tokens, one-time codes; and attacks on each."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
from collections import Counter
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.jwk import OKPKey

from dev.tokens import AUDIENCE, ISSUER, DemoIssuer
from domain import models
from domain.accounts.models import Account, AccountId, AccountOrigin, SessionId
from domain.viewer import Viewer, ViewerKind
from gateway.access.errors import TokenExpired, TokenInvalid
from gateway.access.keys import PublicKeys
from gateway.access.remembered import KEPT_S, RememberedTokens
from gateway.access.tokens import Tokens
from gateway.identity.keys import SigningKey
from gateway.identity.tokens import SignedTokens
from gateway.settings import Access
from tests.fakes.clock import NOW, StillClock
from tests.unit.gateway.identity.conftest import SECRET, write_private

DEMO = DemoIssuer()
ACCOUNT = Account(
    AccountId(UUID(int=7)), models.Isn(2596516901), AccountOrigin.SELF, "+79161234567", "a@b.ru", "hash", False, NOW
)
SESSION = SessionId(UUID(int=8))
ACCESS_S = 600
NOW_S = int(NOW.timestamp())


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Access:
    file = tmp_path_factory.mktemp("keys") / "jwks.json"
    DEMO.write_jwks(file)
    return Access(issuer=ISSUER, audience=AUDIENCE, jwks=file, demo_keys=True, leeway_s=30)


@pytest.fixture(scope="module")
def published(access: Access) -> PublicKeys:
    return PublicKeys.load(access.jwks, demo_keys=True)


@pytest.fixture(scope="module")
def issued(access: Access, published: PublicKeys, tmp_path_factory: pytest.TempPathFactory) -> SignedTokens:
    file = write_private(DEMO, tmp_path_factory.mktemp("private") / "key.json")
    return SignedTokens(access, SigningKey.load(file, published, demo_keys=True), SECRET, ACCESS_S)


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def tokens(access: Access, published: PublicKeys, clock: StillClock) -> Tokens:
    return Tokens(access, published, clock)


def decoded(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    header, claims, _ = token.split(".")
    read = [json.loads(base64.urlsafe_b64decode(part + "==")) for part in (header, claims)]
    return read[0], read[1]


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def reason(tokens: Tokens, token: str) -> str:
    with pytest.raises(TokenInvalid) as refused:
        tokens.viewer(token)
    return refused.value.reason


def forged(issued: SignedTokens, key: Any = DEMO.key, header: dict[str, Any] | None = None, **claims: Any) -> str:
    """Sign a real token's claims again, with something changed."""
    was, said = decoded(issued.access_token(ACCOUNT, SESSION, NOW)[0])
    whole = {**was, **(header or {})}
    return jwt.encode(whole, {**said, **claims}, key, algorithms=[whole["alg"]])


def test_an_access_token_names_client_account_and_session(issued: SignedTokens, tokens: Tokens) -> None:
    token, lives_s = issued.access_token(ACCOUNT, SESSION, NOW)
    viewer = tokens.viewer(token)
    assert viewer == Viewer(ViewerKind.CLIENT, str(ACCOUNT.id), ACCOUNT.client_isn)
    assert viewer.session == str(SESSION)
    assert lives_s == ACCESS_S


def test_a_token_says_this_and_no_more(issued: SignedTokens) -> None:
    header, claims = decoded(issued.access_token(ACCOUNT, SESSION, NOW)[0])
    assert header == {"alg": "Ed25519", "kid": DEMO.key.kid, "typ": "at+jwt"}
    assert claims.pop("jti")
    assert claims == {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "iat": NOW_S,
        "exp": NOW_S + ACCESS_S,
        "sub": str(ACCOUNT.id),
        "kind": "client",
        "client_isn": 2596516901,
        "sid": str(SESSION),
    }


def test_no_two_tokens_have_one_id(issued: SignedTokens) -> None:
    made = [decoded(issued.access_token(ACCOUNT, SESSION, NOW)[0])[1]["jti"] for _ in range(50)]
    assert len(set(made)) == 50


def test_a_session_that_ended_is_good_for_the_tokens_own_life_and_no_longer(
    issued: SignedTokens, tokens: Tokens, clock: StillClock
) -> None:
    remembered = RememberedTokens(tokens, clock)
    token, lives_s = issued.access_token(ACCOUNT, SESSION, NOW)
    clock.advance(lives_s + 29)
    assert remembered.viewer(token).session == str(SESSION)
    assert KEPT_S > 1
    clock.advance(1)
    with pytest.raises(TokenExpired):
        remembered.viewer(token)


def test_two_sessions_of_one_person_are_one_viewer() -> None:
    one = Viewer(ViewerKind.CLIENT, "a", models.Isn(1), "one")
    two = Viewer(ViewerKind.CLIENT, "a", models.Isn(1), "two")
    assert one == two
    assert hash(one) == hash(two)
    assert one != Viewer(ViewerKind.CLIENT, "b", models.Isn(1), "one")


@pytest.mark.parametrize(
    ("claims", "found"),
    [
        ({"sid": 5}, "invalid_claim sid"),
        ({"sid": ""}, "invalid_claim sid"),
        ({"sid": ["session"]}, "invalid_claim sid"),
        ({"sid": {"id": "session"}}, "invalid_claim sid"),
        ({"sid": True}, "invalid_claim sid"),
        ({"sid": "x" * 257}, "invalid_claim sid"),
        ({"iss": "https://another"}, "invalid_claim iss"),
        ({"aud": "another"}, "invalid_claim aud"),
        ({"kind": "employee"}, "invalid_claim client_isn"),
        ({"exp": NOW_S - 30}, "expired"),
    ],
    ids=str,
)
def test_claims_that_do_not_hold(issued: SignedTokens, tokens: Tokens, claims: dict[str, Any], found: str) -> None:
    assert reason(tokens, forged(issued, **claims)) == found


def test_a_token_without_a_session_has_none(issued: SignedTokens, tokens: Tokens) -> None:
    assert tokens.viewer(forged(issued, sid=None)).session is None


def test_other_keys_and_algorithms(issued: SignedTokens, tokens: Tokens) -> None:
    assert reason(tokens, forged(issued, OKPKey.generate_key("Ed25519"))) == "bad_signature"
    assert reason(tokens, forged(issued, header={"kid": "demo-other"})) == "unknown key"
    assert reason(tokens, forged(issued, header={"typ": "JWT"})) == "not an access token"


def test_the_public_key_is_no_secret_to_sign_with(issued: SignedTokens, tokens: Tokens) -> None:
    claims = issued.access_token(ACCOUNT, SESSION, NOW)[0].split(".")[1]
    public = DEMO.key.public_key
    subject = PublicFormat.SubjectPublicKeyInfo
    for form in (
        public.public_bytes_raw(),
        public.public_bytes(Encoding.DER, subject),
        public.public_bytes(Encoding.PEM, subject),
        str(DEMO.key.as_dict(private=False)["x"]).encode(),
    ):
        for alg in ("HS256", "Ed25519", "EdDSA"):
            said = base64url(json.dumps({"alg": alg, "kid": DEMO.key.kid, "typ": "at+jwt"}).encode())
            mac = hmac.digest(form, f"{said}.{claims}".encode(), hashlib.sha256)
            expected = "bad_signature" if alg == "Ed25519" else "unsupported_algorithm"
            assert reason(tokens, f"{said}.{claims}.{base64url(mac)}") == expected


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "", None, 5, ["Ed25519"]])
def test_no_signature_at_all(issued: SignedTokens, tokens: Tokens, alg: Any) -> None:
    header, claims, signature = issued.access_token(ACCOUNT, SESSION, NOW)[0].split(".")
    said = json.loads(base64.urlsafe_b64decode(header + "=="))
    changed = base64url(json.dumps({**said, "alg": alg}).encode())
    for last in ("", signature):
        assert reason(tokens, f"{changed}.{claims}.{last}")


def test_one_changed_letter_is_noticed(access: Access, published: PublicKeys, issued: SignedTokens) -> None:
    token = issued.access_token(ACCOUNT, SESSION, NOW)[0]
    verifier = Tokens(access, published, StillClock())
    # The last letter of a part has bits that say nothing.
    for place, pair in enumerate(itertools.pairwise(token)):
        if "." not in pair:
            letter = "A" if token[place] != "A" else "Z"
            with pytest.raises(TokenInvalid):
                verifier.viewer(token[:place] + letter + token[place + 1 :])


def test_random_tokens_have_256_bits_and_are_kept_as_hashes(issued: SignedTokens) -> None:
    token, kept = issued.secret()
    assert len(base64.urlsafe_b64decode(token + "=")) == 32
    assert kept == hashlib.sha256(token.encode()).digest() == issued.hash(token)
    assert len({issued.secret()[0] for _ in range(100)}) == 100
    assert issued.hash("\ud800") != issued.hash("")


def test_a_code_is_six_digits_and_good_for_its_hash_alone(issued: SignedTokens) -> None:
    code, kept = issued.code()
    assert (len(code), code.isdecimal(), code.isascii()) == (6, True, True)
    assert issued.is_code(code, kept)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    arabic = code.translate({ord("0") + digit: ord("٠") + digit for digit in range(10)})
    for other in (wrong, "", code + " ", code[:5], code + "0", "\ud800", arabic):
        assert not issued.is_code(other, kept)
    for hash_ in (b"", kept[:16], kept[:-1], kept + b"\0", issued.code()[1][:16] + kept[16:]):
        assert not issued.is_code(code, hash_)


def test_codes_have_every_digit_in_every_place(issued: SignedTokens) -> None:
    seen = Counter((place, digit) for _ in range(1000) for place, digit in enumerate(issued.code()[0]))
    assert len(seen) == 60


def test_a_code_cannot_be_guessed_from_what_is_kept(
    access: Access, issued: SignedTokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secrets.randbelow", lambda _: 42)
    code, kept = issued.code()
    assert code == "000042"
    # Neither without the key, nor by comparing with a code of one's own.
    assert kept[16:] not in {hashlib.sha256(code.encode()).digest(), hashlib.sha256(kept[:16] + code.encode()).digest()}
    assert kept != issued.code()[1]
    other = SignedTokens(access, SigningKey("demo", DEMO.key), SECRET + "!", ACCESS_S)
    assert not other.is_code(code, kept)


def test_lots_stay_drawn_and_only_who_has_the_secret_can_draw_them(access: Access, issued: SignedTokens) -> None:
    again = SignedTokens(access, SigningKey("demo", DEMO.key), SECRET, ACCESS_S)
    other = SignedTokens(access, SigningKey("demo", DEMO.key), SECRET + "!", ACCESS_S)
    lot = issued.lot("1", "22", "YEAR")
    assert lot == again.lot("1", "22", "YEAR")
    assert lot not in {other.lot("1", "22", "YEAR"), issued.lot("12", "2", "YEAR"), issued.lot("2", "22", "YEAR")}
