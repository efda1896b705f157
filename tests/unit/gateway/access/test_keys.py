"""The issuer's key set as a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey, OKPKey, RSAKey

from dev.tokens import DemoIssuer
from gateway.access.keys import KeysUnfit, PublicKeys


def public(kid: str | None = "2026-01", **parameters: Any) -> dict[str, Any]:
    key = OKPKey.generate_key("Ed25519", parameters={"kid": kid} if kid else None)
    return {**key.as_dict(private=False), **parameters}


def written(tmp_path: Path, *keys: Any) -> Path:
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps({"keys": keys}), encoding="utf-8")
    return file


def test_keys_are_found_by_id_and_published(tmp_path: Path) -> None:
    first, second = public("a"), public("b", use="sig", x_internal="note")
    keys = PublicKeys.load(written(tmp_path, first, second), demo_keys=False)
    assert keys.by_id.keys() == {"a", "b"}
    assert json.loads(keys.published) == {
        "keys": [
            {"kty": "OKP", "crv": "Ed25519", "x": first["x"], "kid": "a"},
            {"kty": "OKP", "crv": "Ed25519", "x": second["x"], "kid": "b", "use": "sig"},
        ]
    }


def test_demo_keys_are_taken_only_when_told(tmp_path: Path) -> None:
    file = tmp_path / "jwks.json"
    issuer = DemoIssuer()
    issuer.write_jwks(file)
    assert issuer.key.kid is not None
    assert issuer.key.kid.startswith("demo-")
    assert PublicKeys.load(file, demo_keys=True).by_id.keys() == {issuer.key.kid}
    with pytest.raises(KeysUnfit, match="a demo key"):
        PublicKeys.load(file, demo_keys=False)


def test_the_demo_writes_no_private_part(tmp_path: Path) -> None:
    file = tmp_path / "jwks.json"
    DemoIssuer().write_jwks(file)
    assert [key.keys() for key in json.loads(file.read_text(encoding="utf-8"))["keys"]] == [
        {"crv", "x", "kid", "alg", "use", "kty"}
    ]


SECRET = OKPKey.generate_key("Ed25519", parameters={"kid": "a"}).as_dict(private=True)


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ([], "holds no key"),
        ([public(None)], "key 1: has no id"),
        ([public("a"), public("a")], "key 2: its id is taken"),
        ([SECRET], "key 1: holds the private part"),
        ([OKPKey.generate_key("X25519", parameters={"kid": "a"}).as_dict(private=False)], "key 1: not an Ed25519 key"),
        ([ECKey.generate_key("P-256", parameters={"kid": "a"}).as_dict(private=False)], "key 1: not an Ed25519 key"),
        ([RSAKey.generate_key(2048, parameters={"kid": "a"}).as_dict(private=False)], "key 1: not an Ed25519 key"),
        ([{"kty": "oct", "k": "c2VjcmV0", "kid": "a"}], "key 1: not an Ed25519 key"),
        ([public("a", alg="HS256")], "key 1: not for Ed25519 signatures"),
        ([public("a", x="short")], "key 1: cannot be read"),
        (["text"], "key 1: not an Ed25519 key"),
    ],
)
def test_key_sets_that_cannot_be_used(tmp_path: Path, keys: list[Any], problem: str) -> None:
    with pytest.raises(KeysUnfit, match=problem) as refused:
        PublicKeys.load(written(tmp_path, *keys), demo_keys=False)
    assert str(SECRET["d"]) not in str(refused.value)


@pytest.mark.parametrize("text", ["", "[]", "5", "{}", '{"keys": 5}', "not json"])
def test_files_that_are_no_key_sets(tmp_path: Path, text: str) -> None:
    file = tmp_path / "jwks.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(KeysUnfit, match="is not a JSON Web Key Set"):
        PublicKeys.load(file, demo_keys=False)
    with pytest.raises(KeysUnfit, match="cannot be read"):
        PublicKeys.load(tmp_path / "missing", demo_keys=False)
