"""An OpenAPI engine that judges every exchange with the claims core against the written contract."""

import json
import warnings
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from aiohttp import ClientSession
from openapi_core import Config, OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

import adapters.claims_core
from adapters.gate import Arrival
from adapters.replies import Body
from adapters.transport import Transport
from domain.ports import Call

CONTRACT = Path(adapters.claims_core.__file__).with_name("contract") / "openapi.yaml"


@cache
def contract() -> OpenAPI:
    """The contract, with problem documents read as JSON."""
    return OpenAPI.from_file_path(
        str(CONTRACT),
        Config(extra_media_type_deserializers={"application/problem+json": lambda body, **_: json.loads(body)}),
    )


@dataclass
class Judge:
    """Collects what breaks the contract, in requests and in replies."""

    requests: list[str] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)
    exchanges: int = 0

    def check(
        self,
        method: str,
        url: str,
        request: tuple[Mapping[str, str], bytes],
        reply: tuple[int, Mapping[str, str], bytes],
    ) -> None:
        """Judge one whole exchange."""
        self.exchanges += 1
        headers, body = request
        parts = urlsplit(url)
        asked = MockRequest(
            "http://claims",
            method.lower(),
            parts.path,
            args={name: values[0] for name, values in parse_qs(parts.query).items()},
            headers=dict(headers),
            data=body or None,
            content_type=headers.get("Content-Type", ""),
        )
        status, reply_headers, reply_body = reply
        content_type = reply_headers.get("Content-Type", "")
        answered = MockResponse(reply_body, status, headers=dict(reply_headers), content_type=content_type)
        with warnings.catch_warnings():
            # The engine does not check OAuth 2, and says so each time; the simulator does.
            warnings.filterwarnings("ignore", "Unsupported scheme type", UserWarning)
            try:
                contract().validate_request(asked)
            except OpenAPIError as breach:
                self.requests.append(f"{method} {parts.path}: {breach!r} {breach.__cause__!r}")
        try:
            contract().validate_response(asked, answered)
        except OpenAPIError as breach:
            self.replies.append(f"{method} {parts.path} {status}: {breach!r} {breach.__cause__!r}")

    def pardon(self) -> list[str]:
        """Return the broken replies, which a fault was switched on to cause, and forget them."""
        broken, self.replies = self.replies, []
        return broken


class JudgedTransport(Transport):
    """The transport that product code uses, with every whole exchange shown to the judge."""

    judge: Judge

    @asynccontextmanager
    async def _exchange(
        self,
        pool: ClientSession,
        operation: str,
        call: Call,
        method: str,
        url: str,
        body: bytes | None,
        headers: Mapping[str, str] | None,
        timeout_s: float,
        max_bytes: int,
        arrival: Arrival,
    ) -> AsyncIterator[Body]:
        """Exchange as ever."""
        exchange = super()._exchange(pool, operation, call, method, url, body, headers, timeout_s, max_bytes, arrival)
        async with exchange as answer:

            async def copied() -> AsyncIterator[bytes]:
                whole = []
                async for piece in answer.chunks:
                    whole.append(piece)
                    yield piece
                reply = (answer.status, answer.headers, b"".join(whole))
                self.judge.check(method, url, (headers or {}, body or b""), reply)

            yield Body(answer.status, answer.headers, copied())
