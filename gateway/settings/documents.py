"""Settings of which documents are run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from gateway.settings.declaring import Between

__all__ = ["DocumentMode", "DocumentSettings"]


class DocumentMode(StrEnum):
    """What is done with a document of no list."""

    OPEN = "open"
    LOG_UNKNOWN = "log_unknown"
    ONLY_TRUSTED = "only_trusted"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSettings:
    """Which documents are run. The lists are read again on SIGHUP."""

    mode: Annotated[
        DocumentMode,
        "open runs any document, log_unknown too but writes down those of no list, only_trusted refuses them",
    ] = DocumentMode.OPEN
    manifests: Annotated[Path | None, "folder with the lists of documents, <client>/<version>.json"] = None
    automatic_bytes: Annotated[
        int,
        "memory for documents that clients leave by hash (automatic persisted queries); 0 for none",
        Between(0, 2**34),
    ] = 8 * 1024 * 1024

    def __post_init__(self) -> None:
        if self.mode is not DocumentMode.OPEN and self.manifests is None:
            raise ValueError(f"manifests must be set in mode {self.mode.value}")
