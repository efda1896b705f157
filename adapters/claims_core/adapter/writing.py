"""Commands of the claims core: each is one request, with the caller's id; see ``domain.commands``."""

from __future__ import annotations

from datetime import datetime

from adapters.claims_core import errors, mapping, wire
from adapters.claims_core.adapter.system import System
from domain import models
from domain.errors import NotFound, SourceGarbled
from domain.ports import Call

__all__ = ["Writing"]


class Writing(System):
    """Every command raises ``NotFound``, ``Refused``, ``InvalidInput`` and ``SourceError``."""

    async def record_deductible(
        self, claim: models.ClaimId, bill_number: str, paid_at: datetime, request_id: str, call: Call, /
    ) -> None:
        """Write down that a deductible was paid."""
        payment = wire.encode_payment(mapping.payment(request_id, bill_number, paid_at))
        if not wire.is_object_id(claim):
            raise NotFound
        operation = "recordDeductible"
        try:
            async with self._transport.gate.admitted(operation, call):
                await self._client.record_deductible(claim, payment, call)
        except SourceGarbled as broken:
            self._transport.observer.garbled(errors.SOURCE, operation, broken.detail)
            raise
