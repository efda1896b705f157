"""Personal data for employees: asked for with a reason, and recorded before it is shown.

The reason is the request extension ``accessReason``. A header could not hold Russian words from a browser, and an
address, which is written down in many places, must not.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from graphql import ExecutionResult, GraphQLError, OperationDefinitionNode, OperationType

from domain.audit import Audit, PersonalRead, reason
from domain.errors import InvalidInput, PersonalDataWithheld, SourceError, StoreUnavailable
from domain.viewer import Viewer
from gateway.http.parameters import Parameters
from gateway.http.refusals import MalformedRequest
from gateway.observability import facts
from gateway.observability.logs import logger
from resolvers.context import Context
from resolvers.disclosure import Disclosure

__all__ = ["REASON", "Disclosing"]

REASON: Final = "accessReason"
"""Name of the request extension."""

Execute: TypeAlias = Callable[[Context], Awaitable[ExecutionResult]]


@dataclass(frozen=True, slots=True)
class Disclosing:
    """One request of an employee who stated a reason. ``audit`` is None where there is no database to record it in."""

    disclosure: Disclosure
    audit: Audit | None

    @classmethod
    def of(
        cls, parameters: Parameters, viewer: Viewer | None, audit: Audit | None, *, in_address: bool
    ) -> Disclosing | None:
        """Return it if there is one; a reason of those who lack the scope changes nothing.

        Raises: ``InvalidInput`` for a reason that is none, or stands in an address, ``MalformedRequest``.
        """
        if parameters.extensions is None or viewer is None or not viewer.may_read_personal_data:
            return None
        stated = parameters.extensions.get(REASON)
        if stated is None:
            return None
        if not isinstance(stated, str):
            raise MalformedRequest(f"extensions.{REASON}")
        if in_address:
            raise InvalidInput(REASON, "reason_in_address")
        return cls(Disclosure(reason(stated, REASON)), audit)

    async def executed(
        self, execute: Execute, context: Context, operation: OperationDefinitionNode, document: str
    ) -> ExecutionResult:
        """Execute a query with personal data shown, and return the answer once its reading is recorded.

        Where it cannot be, the same is executed again with the data masked, of what the request has loaded already,
        and an error tells why. Mutations show it masked: they cannot be executed again.
        """
        masked = replace(context, disclosure=None)
        if operation.operation is not OperationType.QUERY:
            return await execute(masked)
        failure: Exception
        if self.audit is None:
            failure = PersonalDataWithheld("no database")
        else:
            result = await execute(replace(context, disclosure=self.disclosure))
            if result.data is None:
                return result
            try:
                await self._record(self.audit, context, operation, document)
            except (PersonalDataWithheld, SourceError, StoreUnavailable) as failed:
                failure = failed
            else:
                return result
        result = await execute(masked)
        withheld = PersonalDataWithheld(str(failure))
        told = GraphQLError(str(withheld), original_error=withheld)
        return ExecutionResult(result.data, [*(result.errors or ()), told], result.extensions)

    async def _record(self, audit: Audit, context: Context, operation: OperationDefinitionNode, document: str) -> None:
        clients = await self.disclosure.clients(context)
        if not clients:
            return
        actor, now = context.signed_in().subject, context.clock.now()
        name = operation.name.value if operation.name else None
        request_id = str(facts.known("request_id") or "")
        await audit.add(
            [PersonalRead(now, actor, each, self.disclosure.reason, name, document, request_id) for each in clients]
        )
        logger().info("personal data shown", clients=len(clients))
