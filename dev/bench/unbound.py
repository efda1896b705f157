"""Settings under which no limit of attempts binds: all who come to a bench come from one address."""

from __future__ import annotations

from typing import Final

from gateway.settings import ThrottleSettings

__all__ = ["UNBOUND"]

UNBOUND: Final = dict.fromkeys(ThrottleSettings().table(), "999999 per 3600")
"""The section ``throttle``; with the gateway's own everybody would be refused within the first second."""
