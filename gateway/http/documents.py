"""Downloads of documents by short-lived links, streamed from the legacy system to the client."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Final
from urllib.parse import quote

from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from domain import models
from domain.errors import GatewayError, NotFound
from domain.ports import Call, FileKey, Files, FileStream
from gateway.access.errors import LinkInvalid
from gateway.access.links import DocumentLinks
from gateway.access.remembered import RememberedTokens
from gateway.http.body import read_body
from gateway.http.connection import while_connected
from gateway.http.cookies import Cookies
from gateway.http.errors import told
from gateway.http.graphql_errors import write
from gateway.http.language import language_of
from gateway.http.refusals import MethodNotAllowed
from gateway.http.replies import refused
from gateway.http.sign_in import viewer_of
from gateway.http.state import Contexts, connected
from gateway.http.timeout import allowed_s
from gateway.observability.logs import logger
from gateway.observability.metrics import Metrics
from gateway.settings import Limits
from resolvers.context import Context

__all__ = ["DocumentRoute", "MayOpen"]

MayOpen = Callable[[Context, FileKey], Awaitable[bool]]
"""Whether the viewer may have the file now. Raises: ``SourceError``."""

MEDIA_TYPE: Final = re.compile(r"[a-z0-9][\w.+-]*/[a-z0-9][\w.+-]*", re.ASCII | re.IGNORECASE)
HEADERS: Final = (
    (b"cache-control", b"private, no-store"),
    (b"content-security-policy", b"sandbox; default-src 'none'"),
    (b"referrer-policy", b"no-referrer"),
)


class DocumentRoute:
    """ASGI endpoint of ``/documents/{token}``.

    The link says who asks for what. A token of another viewer beside it makes the link worth nothing, and the access
    rule is asked again, so a link does not outlive the right to the file.
    """

    def __init__(
        self,
        links: DocumentLinks,
        may_open: MayOpen,
        contexts: Contexts,
        tokens: RememberedTokens,
        cookies: Cookies,
        limits: Limits,
        metrics: Metrics,
    ) -> None:
        self._links = links
        self._may_open = may_open
        self._contexts = contexts
        self._tokens = tokens
        self._cookies = cookies
        self._limits = limits
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one download. An error before the first byte is told; a later one cuts the connection."""
        locale = language_of(scope)
        download = _Download(send)
        try:
            if scope["method"] != "GET":
                raise MethodNotAllowed
            await read_body(scope, receive, self._limits.max_body_bytes, self._limits.body_timeout_s)
            with while_connected(receive):
                await self._serve(scope, download)
        except ClientDisconnect:
            logger().info("client gone")
        except GatewayError as error:
            if not download.started:
                allow = {"Allow": "GET"} if isinstance(error, MethodNotAllowed) else None
                await refused(error, locale, self._metrics, headers=allow)(scope, receive, send)
                return
            # Ending the response here would make half a document look whole; left unfinished, the server cuts it.
            write(told(error, locale), error)

    async def _serve(self, scope: Scope, download: _Download) -> None:
        link = self._links.open(scope["path_params"]["token"])
        sender = viewer_of(scope, self._tokens, self._cookies)
        if sender is not None and sender != link.viewer:
            raise LinkInvalid("another viewer")
        context = self._contexts.make(scope, link.viewer, language_of(scope))
        with context.loaders:
            if not await self._may_open(context, link.file):
                raise NotFound
        call = self._contexts.call(allowed_s(scope, self._limits.download_deadline_s))
        async with _opened(connected(scope).files, link.file, call) as stream:
            await download.send(stream, link.file_name)


class _Download:
    def __init__(self, send: Send) -> None:
        self._send = send
        self.started = False

    async def send(self, stream: FileStream, file_name: str) -> None:
        """Pass pieces on as the client takes them; the first is awaited before anything is promised."""
        first = await anext(stream.chunks, b"")
        self.started = True
        await self._send({"type": "http.response.start", "status": 200, "headers": _headers(stream, file_name)})
        await self._piece(first)
        async for piece in stream.chunks:
            await self._piece(piece)
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _piece(self, piece: bytes) -> None:
        await self._send({"type": "http.response.body", "body": piece, "more_body": True})


def _opened(files: Files, key: FileKey, call: Call) -> AbstractAsyncContextManager[FileStream]:
    if isinstance(key, models.DocumentKey):
        return files.policy_document(key, call)
    return files.claim_file(key, call)


def _headers(stream: FileStream, file_name: str) -> list[tuple[bytes, bytes]]:
    media_type = stream.media_type if MEDIA_TYPE.fullmatch(stream.media_type) else "application/octet-stream"
    headers = [
        (b"content-type", media_type.encode()),
        (b"content-disposition", _disposition(file_name)),
        *HEADERS,
    ]
    if stream.size_bytes is not None:
        headers.append((b"content-length", str(stream.size_bytes).encode()))
    return headers


def _disposition(file_name: str) -> bytes:
    """Offer the file to be saved under its name (RFC 6266), with a plain one for clients that know no other."""
    name = re.sub(r"[\x00-\x1f\x7f/\\]", "_", file_name)
    plain = re.sub(r"[^\w. ()-]", "_", name, flags=re.ASCII)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}".encode()
