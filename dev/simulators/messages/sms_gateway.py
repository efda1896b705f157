"""The SMS gateway: one POST a message, kept once per Idempotency-Key."""

import hmac
import json
import re
from dataclasses import dataclass

from aiohttp import web

from dev.simulators.kit import Draw, Fault, Reply, Simulator
from dev.simulators.messages.box import Box

OPERATION = "sendSms"
NUMBER = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
MOST_CHARACTERS = 670


class Unfit(Exception):
    """The message is refused; the text is the code."""


@dataclass(frozen=True, slots=True)
class SmsGateway:
    """The handler of POST /sms."""

    simulator: Simulator
    box: Box
    token: str

    async def take(self, request: web.Request) -> web.StreamResponse:
        """POST /sms."""
        body = await request.read()

        async def answer(draw: Draw) -> Reply:
            if refusal := draw.get(Fault.IN_BAND_ERROR):
                return told(422, code=refusal.code or "BLOCKED")
            if draw.has(Fault.EXPIRED_TOKEN) or not self._is_known(request):
                return told(401, code="INVALID_TOKEN")
            try:
                to, text, sender = message(body)
            except Unfit as unfit:
                return told(422, code=str(unfit))
            key = request.headers.get("Idempotency-Key", "")
            kept = self.box.keep(
                "sms", key, self.simulator.clock.now(), sender=sender, address=to, subject="", text=text
            )
            return told(202, id=f"sms-{kept.n}")

        return await self.simulator.serve(request, OPERATION, 1, answer)

    def _is_known(self, request: web.Request) -> bool:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {self.token}".encode())


def message(body: bytes) -> tuple[str, str, str]:
    """Number, text and sender. Raises: Unfit."""
    try:
        given = json.loads(body)
    except ValueError:
        raise Unfit("NOT_JSON") from None
    if not isinstance(given, dict) or not given.keys() <= {"to", "text", "sender"}:
        raise Unfit("UNKNOWN_FIELD")
    to, text, sender = given.get("to"), given.get("text"), given.get("sender", "")
    if not isinstance(to, str) or not NUMBER.fullmatch(to):
        raise Unfit("INVALID_NUMBER")
    if not isinstance(text, str) or not 0 < len(text) <= MOST_CHARACTERS:
        raise Unfit("INVALID_TEXT")
    if not isinstance(sender, str):
        raise Unfit("INVALID_SENDER")
    return to, text, sender


def told(status: int, **fields: str) -> Reply:
    """A JSON answer."""
    return Reply(json.dumps(fields).encode(), status=status)
