"""The calls that the adapter makes, one method each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from typing import Final, TypeVar
from urllib.parse import quote, urlencode

from adapters.claims_core import errors, wire
from adapters.claims_core.client.tokens import Tokens, decoded
from adapters.claims_core.settings import FILE, Settings
from adapters.replies import Body, Reply
from adapters.transport import Transport
from domain.ports import Call

__all__ = ["Client"]

R = TypeVar("R")

EVERY_PART: Final = "timeline,documents,referral,payouts"
FILE_TYPES: Final = frozenset({"application/pdf", "image/jpeg", "image/png"})
UNAUTHORIZED: Final = 401


class Client:
    """The claims core as its contract describes it.

    Every method raises ``SourceError``; some raise ``NotFound``, those that write ``Refused`` too.
    """

    def __init__(self, settings: Settings, transport: Transport) -> None:
        self._settings = settings
        self._transport = transport
        self._tokens = Tokens(settings, transport)

    async def close(self) -> None:
        """Abandon a renewal of the token that may be under way."""
        await self._tokens.close()

    async def claims(self, parameter: str, keys: Sequence[str], call: Call) -> wire.Page[wire.Claim]:
        """Read claims by ``ids``, ``numbers`` or ``policyNumbers``, all pages as one."""
        query = {parameter: ",".join(keys), "expand": EVERY_PART}
        return await self._pages("listClaims", "/claims", query, wire.decode_claims, call)

    async def messages(self, claim_id: str, call: Call) -> wire.Page[wire.Message]:
        """Read the messages of a claim, all pages as one. Raises: ``NotFound``."""
        path = f"/claims/{quote(claim_id, safe='')}/messages"
        return await self._pages("listMessages", path, {}, wire.decode_messages, call, may_be_absent=True)

    async def stations(self, city: str, call: Call) -> wire.Page[wire.Station]:
        """Read the repair stations of a city, all pages as one."""
        return await self._pages("listRepairStations", "/repair-stations", {"near": city}, wire.decode_stations, call)

    async def ping(self, call: Call) -> None:
        """Make the system say that it is up."""
        await self._get("ping", "/ping", (), call)

    async def record_deductible(self, claim_id: str, payment: bytes, call: Call) -> None:
        """Write a payment down; one that was written before is written. Raises: ``NotFound``, ``Refused``."""
        operation, path = "recordDeductible", f"/claims/{quote(claim_id, safe='')}/deductible"
        reply = await self._authorized(operation, path, call, payment)
        failure = errors.of_reply(operation, reply, reply.body, ())
        if failure and not isinstance(failure, errors.AlreadyExecuted):
            raise failure

    @asynccontextmanager
    async def document(self, claim_id: str, file_id: str, call: Call) -> AsyncIterator[Body]:
        """Open an uploaded file; a failure after the first bytes is raised by its chunks. Raises: ``NotFound``."""
        operation = FILE
        address = f"{self._settings.url}/claims/{quote(claim_id, safe='')}/documents/{quote(file_id, safe='')}"
        async with self._transport.download(operation, call) as arrival:
            for renewable in (True, False):
                token = await self._tokens.current(call)
                async with self._transport.stream(
                    operation,
                    call,
                    "GET",
                    address,
                    # A compressed file would not have the length that its header announces.
                    headers={"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"},
                    timeout_s=self._settings.file_timeout_s,
                    max_bytes=self._settings.max_file_bytes,
                    arrival=arrival,
                ) as answer:
                    if answer.status == UNAUTHORIZED and renewable:
                        self._tokens.refused(token)
                        continue
                    await self._check_document(operation, answer)
                    yield answer
                    return

    async def _check_document(self, operation: str, answer: Body) -> None:
        is_problem = errors.media_type(answer) == errors.PROBLEM_TYPE
        body = b"".join([piece async for piece in answer.chunks]) if is_problem else b""
        if failure := errors.of_reply(operation, answer, body, FILE_TYPES):
            raise errors.of_object(operation, failure)
        if int(answer.headers.get("Content-Length", "0")) > self._settings.max_file_bytes:
            raise errors.garbled(operation, "file is over the size limit")

    async def _pages(
        self,
        operation: str,
        path: str,
        query: dict[str, str],
        decode: Callable[[bytes], wire.Page[R]],
        call: Call,
        *,
        may_be_absent: bool = False,
    ) -> wire.Page[R]:
        parameters = query | {"pageSize": str(self._settings.page_size)}
        reference = f"{path}?{urlencode(parameters, safe=',', quote_via=quote)}"
        seen = {reference}
        pages: list[wire.Page[R]] = []
        while True:
            reply = await self._get(operation, reference, (errors.JSON_TYPE,), call, may_be_absent=may_be_absent)
            page = decoded(operation, decode, reply)
            pages.append(page)
            if page.next is None:
                return merged(pages)
            if not page.next.startswith(f"{path}?") or page.next in seen:
                raise errors.garbled(operation, "next leads elsewhere or back")
            if len(pages) == self._settings.max_pages:
                raise errors.garbled(operation, f"more than {len(pages)} pages")
            reference = page.next
            seen.add(reference)

    async def _get(
        self, operation: str, reference: str, due: Collection[str], call: Call, *, may_be_absent: bool = False
    ) -> Reply:
        reply = await self._authorized(operation, reference, call)
        failure = errors.of_reply(operation, reply, reply.body, due)
        if failure:
            raise (errors.of_object if may_be_absent else errors.of_source)(operation, failure)
        return reply

    async def _authorized(self, operation: str, reference: str, call: Call, body: bytes | None = None) -> Reply:
        """Fetch with the token, and once more with a new one when it is refused: then nothing was done.

        With a ``body`` it is sent there.
        """
        token = await self._tokens.current(call)
        reply = await self._fetch(operation, reference, token, call, body)
        if reply.status != UNAUTHORIZED:
            return reply
        self._tokens.refused(token)
        return await self._fetch(operation, reference, await self._tokens.current(call), call, body)

    async def _fetch(self, operation: str, reference: str, token: str, call: Call, body: bytes | None) -> Reply:
        address = f"{self._settings.url}{reference}"
        headers = {"Authorization": f"Bearer {token}", "Accept": f"{errors.JSON_TYPE}, {errors.PROBLEM_TYPE}"}
        if body is None:
            return await self._transport.fetch(operation, call, "GET", address, headers=headers)
        headers["Content-Type"] = errors.JSON_TYPE
        return await self._transport.fetch(operation, call, "POST", address, body=body, headers=headers)


def merged(pages: Sequence[wire.Page[R]]) -> wire.Page[R]:
    """Join pages into one, without the rows that a later page delivers again unchanged.

    Pages are cut from live data, so rows move between them. A row that comes twice in one page, or comes again with
    another content, stays twice. The totals are the first page's: all that was there then has to come.
    """
    if len(pages) == 1:
        return pages[0]
    rows: list[wire.Row[R]] = []
    earlier: set[wire.Row[R]] = set()
    for page in pages:
        rows.extend(row for row in page.items if row not in earlier)
        earlier.update(page.items)
    failures = tuple(failure for page in pages for failure in page.failures)
    return wire.Page(tuple(rows), failures, None, pages[0].totals, pages[0].total)
