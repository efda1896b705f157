"""Bytes to wire records: addresses, the access token, pages, problems."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from contextvars import Context
from typing import Final, TypeVar
from urllib.parse import quote, urlencode

from adapters.claims_core import errors, wire
from adapters.claims_core.settings import FILE, Settings
from adapters.replies import Body, Reply
from adapters.transport import Transport
from domain.clock import Deadline
from domain.errors import SourceTimeout
from domain.ports import Call

__all__ = ["Client"]

R = TypeVar("R")
T = TypeVar("T")

EVERY_PART: Final = "timeline,documents,referral,payouts"
FILE_TYPES: Final = frozenset({"application/pdf", "image/jpeg", "image/png"})
UNAUTHORIZED: Final = 401


class Client:
    """The claims core as its contract describes it. Every method raises ``SourceError``; some raise ``NotFound``."""

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
            raise failure
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
            raise failure if may_be_absent else errors.of_source(operation, failure)
        return reply

    async def _authorized(self, operation: str, reference: str, call: Call) -> Reply:
        """Fetch with the token, and once more with a new one when it is refused."""
        token = await self._tokens.current(call)
        reply = await self._fetch(operation, reference, token, call)
        if reply.status != UNAUTHORIZED:
            return reply
        self._tokens.refused(token)
        return await self._fetch(operation, reference, await self._tokens.current(call), call)

    async def _fetch(self, operation: str, reference: str, token: str, call: Call) -> Reply:
        address = f"{self._settings.url}{reference}"
        headers = {"Authorization": f"Bearer {token}", "Accept": f"{errors.JSON_TYPE}, {errors.PROBLEM_TYPE}"}
        return await self._transport.fetch(operation, call, "GET", address, headers=headers)


class Tokens:
    """The access token, renewed once for all who wait; each waits no longer than its own deadline."""

    def __init__(self, settings: Settings, transport: Transport) -> None:
        self._settings = settings
        self._transport = transport
        self._token = ""
        self._fresh_until_s = 0.0
        self._renewal: asyncio.Task[str] | None = None

    async def current(self, call: Call) -> str:
        """Return a token that has not expired. Raises: ``SourceError``."""
        if self._token and call.deadline.clock.monotonic() < self._fresh_until_s:
            return self._token
        if call.deadline.remaining_s() <= 0:
            raise SourceTimeout(errors.SOURCE, "issueToken", "no time left to ask")
        if self._renewal is None or self._renewal.done():
            # An empty context: a renewal serves everyone, so it must not carry the first caller's trace.
            self._renewal = asyncio.get_running_loop().create_task(self._renew(call), context=Context())
            self._renewal.add_done_callback(retrieved)
        try:
            async with asyncio.timeout(call.deadline.remaining_s()):
                return await asyncio.shield(self._renewal)
        except TimeoutError as late:
            raise SourceTimeout(errors.SOURCE, "issueToken", "no token in time") from late

    def refused(self, token: str) -> None:
        """Forget a token that the system refused, unless another took its place meanwhile."""
        if token == self._token:
            self._token = ""

    async def close(self) -> None:
        """Abandon a renewal that is under way."""
        if self._renewal is not None:
            self._renewal.cancel()
            await asyncio.wait([self._renewal])

    async def _renew(self, caller: Call) -> str:
        """Ask for a token within the time that settings give, whatever the first waiter's deadline."""
        operation = "issueToken"
        clock = caller.deadline.clock
        asked_at_s = clock.monotonic()
        secret = base64.b64encode(f"{self._settings.client_id}:{self._settings.client_secret}".encode()).decode()
        reply = await self._transport.fetch(
            operation,
            Call(Deadline.after(clock, self._settings.token_timeout_s)),
            "POST",
            f"{self._settings.url}/oauth/token",
            body=b"grant_type=client_credentials",
            headers={"Authorization": f"Basic {secret}", "Content-Type": "application/x-www-form-urlencoded"},
        )
        if refusal := errors.of_credentials(operation, reply):
            raise refusal
        if failure := errors.of_reply(operation, reply, reply.body, (errors.JSON_TYPE,)):
            raise errors.of_source(operation, failure)
        token = decoded(operation, wire.decode_token, reply)
        margin_s = min(self._settings.token_margin_s, token.expires_in / 2)
        self._fresh_until_s = asked_at_s + token.expires_in - margin_s
        self._token = token.access_token
        return self._token


def retrieved(renewal: asyncio.Task[str]) -> None:
    """Look at the result, so that a failure nobody waits for any more is not reported as forgotten."""
    if not renewal.cancelled():
        renewal.exception()


def decoded(operation: str, decode: Callable[[bytes], T], reply: Reply) -> T:
    """Decode a whole reply. Raises: ``SourceGarbled``."""
    try:
        return decode(reply.body)
    except wire.Garbage as broken:
        raise errors.garbled(operation, str(broken)) from broken


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
