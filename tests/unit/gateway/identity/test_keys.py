"""The signing key: private, ours, and the other half of one that is published."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey

from dev.tokens import DemoIssuer
from gateway.access.keys import KeysUnfit, PublicKeys
from gateway.app import create_app
from gateway.identity.keys import SigningKey
from gateway.settings import AccountSettings, SettingsError
from gateway.settings.declaring import Secret
from tests.unit.gateway.identity.conftest import SECRET, write_private
from tests.unit.gateway.world import World, settings

ISSUER = DemoIssuer()


@pytest.fixture
def published(tmp_path: Path) -> PublicKeys:
    ISSUER.write_jwks(tmp_path / "jwks.json")
    return PublicKeys.load(tmp_path / "jwks.json", demo_keys=True)


def refusal(file: Path, published: PublicKeys, *, demo_keys: bool = True) -> str:
    with pytest.raises(KeysUnfit) as refused:
        SigningKey.load(file, published, demo_keys=demo_keys)
    assert str(ISSUER.key.as_dict(private=True)["d"]) not in str(refused.value)
    return str(refused.value).replace(str(file), "FILE")


def test_a_good_key_shows_its_id_and_no_more(tmp_path: Path, published: PublicKeys) -> None:
    key = SigningKey.load(write_private(ISSUER, tmp_path / "key.json"), published, demo_keys=True)
    assert repr(key) == f"SigningKey({ISSUER.key.kid!r})"


@pytest.mark.parametrize("mode", [0o604, 0o644, 0o602, 0o601])
def test_a_key_that_everybody_may_open_is_refused(tmp_path: Path, published: PublicKeys, mode: int) -> None:
    file = write_private(ISSUER, tmp_path / "key.json")
    file.chmod(mode)
    assert refusal(file, published) == (
        "FILE: everybody on this machine may open it; take their rights away (chmod o=)"
    )


def test_a_group_may_read_it_and_a_link_is_followed(tmp_path: Path, published: PublicKeys) -> None:
    file = write_private(ISSUER, tmp_path / "key.json")
    file.chmod(0o640)
    (tmp_path / "link.json").symlink_to(file)
    assert SigningKey.load(tmp_path / "link.json", published, demo_keys=True).kid == ISSUER.key.kid
    file.chmod(0o644)
    assert "everybody" in refusal(tmp_path / "link.json", published)


def test_a_demo_key_is_for_demonstrations(tmp_path: Path, published: PublicKeys) -> None:
    file = write_private(ISSUER, tmp_path / "key.json")
    assert refusal(file, published, demo_keys=False).startswith("FILE: a demo key")


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"d": None}, "FILE: only the public half"),
        ({"kid": None}, "FILE: has no id"),
        ({"kid": 5}, "FILE: has no id"),
        ({"kid": "demo-another"}, "FILE: no key of its id in access.jwks, so nobody would take what it signs"),
        ({"kty": "RSA"}, "FILE: not an Ed25519 key"),
        ({"crv": "X25519"}, "FILE: not an Ed25519 key"),
        ({"alg": "HS256"}, "FILE: not for Ed25519 signatures"),
        ({"use": "enc"}, "FILE: not for Ed25519 signatures"),
        ({"d": "AAAA"}, "FILE: cannot be read"),
        ({"d": 5}, "FILE: cannot be read"),
    ],
    ids=str,
)
def test_what_is_no_key_to_sign_with(
    tmp_path: Path, published: PublicKeys, changed: dict[str, Any], found: str
) -> None:
    assert refusal(write_private(ISSUER, tmp_path / "key.json", **changed), published) == found


def test_another_key_under_a_published_id(tmp_path: Path, published: PublicKeys) -> None:
    other = DemoIssuer()
    whole = write_private(other, tmp_path / "whole.json", kid=ISSUER.key.kid)
    # The public half says that it is ours; the private half is not.
    half = write_private(other, tmp_path / "half.json", kid=ISSUER.key.kid, x=ISSUER.key.as_dict(private=False)["x"])
    for file in (whole, half):
        assert refusal(file, published).startswith(("FILE: another key has its id", "FILE: cannot be read"))


@pytest.mark.parametrize("text", ["", "not json", "[]", '"key"', '{"keys": []}'])
def test_files_that_hold_no_key(tmp_path: Path, published: PublicKeys, text: str) -> None:
    file = tmp_path / "key.json"
    file.touch(mode=0o600)
    file.write_text(text, encoding="utf-8")
    assert refusal(file, published).startswith(("FILE is not a JSON Web Key", "FILE: not an Ed25519 key"))
    assert "cannot be read" in refusal(tmp_path / "missing.json", published)


def test_a_key_of_another_kind(tmp_path: Path, published: PublicKeys) -> None:
    file = tmp_path / "key.json"
    file.touch(mode=0o600)
    file.write_text(json.dumps(ECKey.generate_key("P-256").as_dict(private=True)), encoding="utf-8")
    assert refusal(file, published) == "FILE: not an Ed25519 key"


def test_the_gateway_does_not_start_with_a_key_that_nobody_would_believe(world: World, tmp_path: Path) -> None:
    file = write_private(DemoIssuer(), tmp_path / "key.json")
    unfit = settings(world.jwks, accounts=AccountSettings(signing_jwk=file, secret=Secret(SECRET)))
    with pytest.raises(SettingsError) as refused:
        create_app(unfit)
    assert refused.value.problems[0].startswith(f"accounts.signing_jwk: {file}: no key of its id in access.jwks")
    write_private(world.issuer, file)
    create_app(unfit)


def test_settings_hold_both_secrets_or_neither(tmp_path: Path) -> None:
    file = tmp_path / "key.json"
    for given, found in (
        ({"signing_jwk": file}, "set both"),
        ({"secret": Secret(SECRET)}, "set both"),
        ({"signing_jwk": file, "secret": Secret("short")}, "at least 32"),
        ({"refresh_s": 100, "session_s": 99}, "refresh_s"),
        ({"access_s": 100, "refresh_s": 99}, "access_s"),
    ):
        with pytest.raises(ValueError, match=found):
            AccountSettings(**given)
