"""Lists of documents as the tools of applications write them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

__all__ = ["apollo", "md5", "placed", "relay", "sha256"]


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def apollo(*texts: str, **changed: Any) -> bytes:
    """What Apollo's generate-persisted-query-manifest writes."""
    operations = [{"id": sha256(text), "name": "Name", "type": "query", "body": text} for text in texts]
    manifest = {"format": "apollo-persisted-query-manifest", "version": 1, "operations": operations}
    return json.dumps({**manifest, **changed}).encode()


def relay(*texts: str, hashed: Any = md5) -> bytes:
    """What Relay's compiler writes; MD5 is its default."""
    return json.dumps({hashed(text): text for text in texts}).encode()


def placed(folder: Path, files: dict[str, bytes | dict[str, Any]]) -> Path:
    """Write files by their path below a folder, tables as JSON."""
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return folder
