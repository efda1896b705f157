"""The issuer's public keys: read from a file, published for everyone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

__all__ = ["ALGORITHM", "CURVE", "DEMO_PREFIX", "KeysUnfit", "PublicKeys"]

ALGORITHM: Final = "Ed25519"
"""The one signature algorithm, by its fully specified name (RFC 9864)."""

CURVE: Final = "Ed25519"

DEMO_PREFIX: Final = "demo-"
"""Ids of keys that a demonstration makes at start begin so; production takes none of them."""

PUBLISHED: Final = ("kty", "crv", "x", "kid", "alg", "use")


class KeysUnfit(ValueError):
    """The key set cannot be used; the text says why and shows no key."""


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """Keys by id, and the key set as it is published."""

    by_id: Mapping[str, OKPKey]
    published: bytes

    @classmethod
    def load(cls, file: Path, *, demo_keys: bool) -> PublicKeys:
        """Read a JSON Web Key Set. Raises: ``KeysUnfit``."""
        try:
            document = orjson.loads(file.read_bytes())
            records = list(document["keys"])
        except OSError as missing:
            raise KeysUnfit(f"{file} cannot be read ({missing.strerror})") from None
        except (orjson.JSONDecodeError, TypeError, KeyError):
            raise KeysUnfit(f"{file} is not a JSON Web Key Set") from None
        keys: dict[str, OKPKey] = {}
        for number, record in enumerate(records, start=1):
            kid, key = _public_key(record, f"{file}, key {number}")
            if kid in keys:
                raise KeysUnfit(f"{file}, key {number}: its id is taken by another key")
            if kid.startswith(DEMO_PREFIX) and not demo_keys:
                raise KeysUnfit(f"{file}, key {number}: a demo key; it is taken only with access.demo_keys")
            keys[kid] = key
        if not keys:
            raise KeysUnfit(f"{file} holds no key")
        return cls(by_id=keys, published=_published(keys))


def _public_key(record: Any, place: str) -> tuple[str, OKPKey]:
    if not isinstance(record, dict) or record.get("kty") != "OKP" or record.get("crv") != CURVE:
        raise KeysUnfit(f"{place}: not an {CURVE} key")
    if record.get("alg", ALGORITHM) != ALGORITHM:
        raise KeysUnfit(f"{place}: not for {ALGORITHM} signatures")
    if "d" in record:
        raise KeysUnfit(f"{place}: holds the private part, which is never published")
    kid = record.get("kid")
    if not isinstance(kid, str) or not kid:
        raise KeysUnfit(f"{place}: has no id")
    try:
        return kid, OKPKey.import_key(record)
    except (JoseError, ValueError):
        raise KeysUnfit(f"{place}: cannot be read") from None


def _published(keys: Mapping[str, OKPKey]) -> bytes:
    shown = [key.as_dict(private=False) for key in keys.values()]
    return orjson.dumps({"keys": [{name: each[name] for name in PUBLISHED if name in each} for each in shown]})
