"""Settings of how operations are executed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from gateway.settings.declaring import Between

__all__ = ["ExecutionSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionSettings:
    """Compiled operations, or graphql-core's interpretation of them: the answers are the same."""

    compiled: Annotated[bool, "Compile operations; off to compare, or to look for a fault"] = True
    plan_cache_bytes: Annotated[int, "Memory for compiled operations, as estimated", Between(0, 2**34)] = (
        64 * 1024 * 1024
    )
