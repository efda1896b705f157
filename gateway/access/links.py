"""Short-lived links to files: opaque, encrypted tokens bound to one viewer and one file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import orjson
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from domain import models
from domain.clock import Clock
from domain.ports import FileKey, SignedLink
from domain.viewer import Viewer, ViewerKind
from gateway.access.errors import LinkExpired, LinkInvalid
from gateway.settings import Links

__all__ = ["PATH", "DocumentLinks", "OpenedLink"]

PATH: Final = "/documents/"
HEADER: Final = {"alg": "dir", "enc": "A256GCM"}
MAX_LENGTH: Final = 4096


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """What a link was made for."""

    viewer: Viewer
    file: FileKey
    file_name: str


class DocumentLinks:
    """Makes and opens links; implements ``domain.ports.Links``.

    The token is a JWE under a key that is derived from the setting for this purpose alone, so the address shows neither
    policy number nor file name, and no other part of the gateway can make one.
    """

    def __init__(self, settings: Links, public_url: str, clock: Clock) -> None:
        derived = HKDF(SHA256(), length=32, salt=None, info=b"gateway document links v1").derive(settings.key.encode())
        self._key = OctKey.import_key(derived)
        self._registry = jwe.JWERegistry(algorithms=list(HEADER.values()))
        self._ttl_s = settings.ttl_s
        self._root = public_url.rstrip("/") + PATH
        self._clock = clock

    def sign(self, viewer: Viewer, file: FileKey, file_name: str) -> SignedLink:
        """Return a link bound to this viewer and this file."""
        expires = int(self._clock.now().timestamp()) + self._ttl_s
        payload = orjson.dumps(
            {
                "viewer": [viewer.kind, viewer.subject, viewer.client_isn],
                "file": _packed(file),
                "name": file_name,
                "exp": expires,
            }
        )
        token = jwe.encrypt_compact({**HEADER}, payload, self._key, registry=self._registry)
        return SignedLink(self._root + token, datetime.fromtimestamp(expires, UTC))

    def open(self, token: str) -> OpenedLink:
        """Return what a link was made for. Raises: ``LinkExpired``, ``LinkInvalid``."""
        if len(token) > MAX_LENGTH:
            raise LinkInvalid("too long")
        try:
            plain = jwe.decrypt_compact(token, self._key, registry=self._registry).plaintext
        except JoseError as wrong:
            raise LinkInvalid(wrong.error) from None
        except (ValueError, TypeError, KeyError, RecursionError):
            raise LinkInvalid("malformed") from None
        # Whoever could encrypt this is us: the payload needs no distrust from here on.
        payload = orjson.loads(plain or b"")
        if payload["exp"] <= self._clock.now().timestamp():
            raise LinkExpired
        kind, subject, isn = payload["viewer"]
        return OpenedLink(Viewer(ViewerKind(kind), subject, isn), _unpacked(payload["file"]), payload["name"])


def _packed(file: FileKey) -> list[str]:
    if isinstance(file, models.DocumentKey):
        return ["policy", file.policy, file.document_id]
    return ["claim", file.claim, file.file_id]


def _unpacked(packed: list[Any]) -> FileKey:
    owner, number, file_id = packed
    if owner == "policy":
        return models.DocumentKey(models.PolicyNumber(number), file_id)
    return models.ClaimFileKey(models.ClaimId(number), file_id)
