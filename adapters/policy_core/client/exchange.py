"""One request, one answer: everything that can stand in place of the answer becomes a ``SourceError`` here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from lxml import etree

from adapters.policy_core import errors, wire
from adapters.policy_core.client.session import Session
from adapters.policy_core.settings import Settings
from adapters.replies import Reply, refused_by_load
from adapters.transport import Transport
from domain.errors import GatewayError
from domain.ports import MISSING, Call, Missing

__all__ = ["Exchange", "data_of", "headers", "is_html", "refuse_foreign"]

Translate: TypeAlias = Callable[[str, wire.Status | None], GatewayError | Missing | None]

HTML_STARTS: Final = (b"<!doctype html", b"<html")


class Exchange:
    """Speaks to the policy core within its session."""

    def __init__(self, settings: Settings, transport: Transport) -> None:
        self._settings = settings
        self._transport = transport
        self.session = Session(self._log_in, settings.login_timeout_s)

    async def ask(self, operation: str, nodes: Sequence[wire.Node], call: Call) -> etree._Element | Missing:
        """Return the ResponseData of a question, ``MISSING`` when the core knows no such object.

        An expired session is renewed and the request repeated, once. Raises: ``SourceError``.
        """
        return await self._in_session(operation, nodes, call, errors.answered)

    async def tell(self, operation: str, nodes: Sequence[wire.Node], call: Call) -> etree._Element | Missing:
        """Return the ResponseData of a write, likewise: a session that is refused has written nothing.

        Raises: ``Refused`` besides ``SourceError``.
        """
        return await self._in_session(operation, nodes, call, errors.failure)

    async def _in_session(
        self, operation: str, nodes: Sequence[wire.Node], call: Call, translate: Translate
    ) -> etree._Element | Missing:
        session_id = await self.session.id(call)
        try:
            return await self._once(operation, [("SessionId", session_id), *nodes], call, translate)
        except errors.SessionExpired:
            self.session.forget(session_id)
        session_id = await self.session.id(call)
        try:
            return await self._once(operation, [("SessionId", session_id), *nodes], call, translate)
        except errors.SessionExpired:
            self.session.forget(session_id)
            raise errors.refused_session(operation) from None

    async def _once(
        self, operation: str, nodes: Sequence[wire.Node], call: Call, translate: Translate
    ) -> etree._Element | Missing:
        body = wire.request(operation, *nodes)
        reply = await self._transport.fetch(
            operation, call, "POST", self._settings.url, body=body, headers=headers(operation)
        )
        return data_of(operation, reply, translate)

    async def _log_in(self, call: Call) -> str:
        credentials = [("User", self._settings.user), ("Password", self._settings.password)]
        try:
            data = await self._once("Login", credentials, call, errors.answered)
        except errors.SessionExpired:
            raise errors.refused_session("Login") from None
        session_id = None if data is MISSING else wire.read(wire.Session, data).session_id
        if session_id is None:
            raise errors.garbled("Login", "no SessionId")
        return session_id


def headers(operation: str) -> dict[str, str]:
    """Headers of a request."""
    return {"Content-Type": wire.CONTENT_TYPE, "SOAPAction": f'"{wire.NAMESPACE}/{operation}"'}


def data_of(operation: str, reply: Reply, translate: Translate) -> etree._Element | Missing:
    """Read a whole reply. Raises: ``SourceError``, ``SessionExpired``, and what the status is translated to."""
    refuse_foreign(operation, reply)
    try:
        answer = wire.read_answer(reply.body, operation)
    except wire.SoapFault as raised:
        raise errors.fault(operation, raised) from raised
    except wire.Unreadable as broken:
        # Behind a 500 there may be no SOAP at all; then the status is the better witness.
        raise refused_by_load(errors.SOURCE, operation, reply) or errors.garbled(operation, str(broken)) from broken
    failure = translate(operation, answer.status)
    if isinstance(failure, GatewayError):
        raise failure
    if failure is MISSING:
        return MISSING
    if answer.data is None:
        raise errors.garbled(operation, "no ResponseData")
    return answer.data


def refuse_foreign(operation: str, reply: Reply) -> None:
    """Refuse what does not come from the core itself. Raises: ``SourceError``."""
    if is_html(reply.headers) or reply.body[:64].lstrip().lower().startswith(HTML_STARTS):
        raise errors.page(operation, page_text(reply.body))
    if reply.status not in {200, 500}:
        raise refused_by_load(errors.SOURCE, operation, reply) or errors.garbled(operation, f"HTTP {reply.status}")
    charset = parameter(reply.headers, "charset")
    if reply.status == 200 and charset not in {"", wire.CHARSET}:
        raise errors.garbled(operation, "header does not say windows-1251")


def is_html(reply_headers: Mapping[str, str]) -> bool:
    """Whether a balancer's page is announced."""
    return "html" in reply_headers.get("Content-Type", "").lower()


def parameter(reply_headers: Mapping[str, str], name: str) -> str:
    """Return a parameter of the content type in lower case, empty when it is not given."""
    for part in reply_headers.get("Content-Type", "").split(";")[1:]:
        key, _, value = part.partition("=")
        if key.strip().lower() == name:
            return value.strip().strip('"').lower()
    return ""


def page_text(body: bytes) -> str:
    """Decode a page of unknown hand: UTF-8 if it is that, else as the core itself writes."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode(wire.CHARSET, "replace")
