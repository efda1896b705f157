"""A service with a session, as an independent SOAP client sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

__all__ = ["READY_S", "Core"]

READY_S: Final = 20


@dataclass(frozen=True)
class Core:
    """The service as the client sees it, with a session."""

    service: Any
    address: str
    session: str

    def ask(self, operation: str, **fields: Any) -> Any:
        """Call an operation and return its data."""
        reply = getattr(self.service, operation)(SessionId=self.session, **fields)
        assert (reply.ResponseStatus.ErrorCode, reply.ResponseStatus.ErrorMessage) == (0, "Успешно")
        return reply.ResponseData
