"""The private key that access tokens are signed with."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from gateway.access.keys import ALGORITHM, CURVE, DEMO_PREFIX, KeysUnfit, PublicKeys

__all__ = ["SigningKey"]

FOR_OTHERS: Final = stat.S_IRWXO
PROBE: Final = b"is it the same key"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key and its id. Neither ``repr`` nor an error shows it."""

    kid: str
    key: OKPKey

    def __repr__(self) -> str:
        return f"SigningKey({self.kid!r})"

    @classmethod
    def load(cls, file: Path, published: PublicKeys, *, demo_keys: bool) -> SigningKey:
        """Read a private JSON Web Key whose public half is published under the same id. Raises: ``KeysUnfit``."""
        kid, key = _private_key(_read(file), file)
        if kid.startswith(DEMO_PREFIX) and not demo_keys:
            raise KeysUnfit(f"{file}: a demo key; it is taken only with access.demo_keys")
        if kid not in published.by_id:
            raise KeysUnfit(f"{file}: no key of its id in access.jwks, so nobody would take what it signs")
        if not _is_pair(key, published.by_id[kid]):
            raise KeysUnfit(f"{file}: another key has its id in access.jwks, so nobody would take what it signs")
        return cls(kid, key)


def _read(file: Path) -> Any:
    try:
        with file.open("rb") as opened:
            if os.fstat(opened.fileno()).st_mode & FOR_OTHERS:
                raise KeysUnfit(f"{file}: everybody on this machine may open it; take their rights away (chmod o=)")
            return orjson.loads(opened.read())
    except OSError as missing:
        raise KeysUnfit(f"{file} cannot be read ({missing.strerror})") from None
    except orjson.JSONDecodeError:
        raise KeysUnfit(f"{file} is not a JSON Web Key") from None


def _private_key(record: Any, file: Path) -> tuple[str, OKPKey]:
    if not isinstance(record, dict) or record.get("kty") != "OKP" or record.get("crv") != CURVE:
        raise KeysUnfit(f"{file}: not an {CURVE} key")
    if record.get("alg", ALGORITHM) != ALGORITHM or record.get("use", "sig") != "sig":
        raise KeysUnfit(f"{file}: not for {ALGORITHM} signatures")
    if "d" not in record:
        raise KeysUnfit(f"{file}: only the public half")
    kid = record.get("kid")
    if not isinstance(kid, str) or not kid:
        raise KeysUnfit(f"{file}: has no id")
    try:
        return kid, OKPKey.import_key(record)
    except (JoseError, ValueError, TypeError):
        raise KeysUnfit(f"{file}: cannot be read") from None


def _is_pair(private: OKPKey, public: OKPKey) -> bool:
    """Whether the one verifies what the other signs: their records could say anything of that."""
    signed = jws.serialize_compact({"alg": ALGORITHM}, PROBE, private, algorithms=[ALGORITHM])
    try:
        jws.deserialize_compact(signed, public, algorithms=[ALGORITHM])
    except JoseError:
        return False
    return True
