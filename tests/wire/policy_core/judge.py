"""The schema as judge of everything the adapter and the simulator say to each other."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from lxml import etree

import adapters.policy_core
from adapters.replies import Reply
from adapters.transport import Transport
from domain.ports import Call

__all__ = ["Judged"]

CONTRACT: Final = Path(adapters.policy_core.__file__).with_name("contract") / "policy_core.xsd"
BODY: Final = "{http://schemas.xmlsoap.org/soap/envelope/}Body/*"


class Judged(Transport):
    """Keeps what breaks the schema, in requests and in whole replies."""

    bad_requests: list[str]
    bad_replies: list[str]
    judged: int

    async def fetch(
        self,
        operation: str,
        call: Call,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Exchange and judge."""
        self.bad_requests += breaches(body or b"", operation)
        reply = await super().fetch(operation, call, method, url, body=body, headers=headers)
        self.bad_replies += breaches(reply.body, f"{operation}Response")
        self.judged += 1
        return reply


def breaches(envelope: bytes, name: str) -> list[str]:
    """What is wrong with an envelope's content."""
    try:
        content = etree.fromstring(envelope).find(BODY)
    except etree.XMLSyntaxError as error:
        return [str(error)]
    if content is None or etree.QName(content).localname != name:
        return [f"no {name}"]
    schema = contract()
    return [] if schema.validate(content) else [str(schema.error_log)]


@cache
def contract() -> etree.XMLSchema:
    """The written contract."""
    return etree.XMLSchema(etree.parse(CONTRACT))
