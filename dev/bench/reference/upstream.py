"""The three protocols, as little of them as the screens need."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp
import orjson
from lxml import etree

__all__ = ["NS", "Upstream"]

NS: Final = "{urn:insurer:policy-core:1}"
ENVELOPE: Final = (
    '<?xml version="1.0" encoding="windows-1251"?>'
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
    '<{operation} xmlns="urn:insurer:policy-core:1">{nodes}</{operation}></soap:Body></soap:Envelope>'
)
EXPAND: Final = "timeline,documents,referral,payouts"


@dataclass(slots=True)
class Upstream:
    """The systems, signed in to. ``sections`` are the gateway's settings of each."""

    http: aiohttp.ClientSession
    sections: Mapping[str, Mapping[str, Any]]
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    _session: str = field(default="", init=False)
    _token: str = field(default="", init=False)

    async def sign_in(self) -> None:
        """Get the session and the token, which then serve for the whole run."""
        core, claims = self.sections["policy_core"], self.sections["claims_core"]
        data = await self._soap("Login", f"<User>{core['user']}</User><Password>{core['password']}</Password>")
        self._session = data.findtext(f"{NS}SessionId") or ""
        secret = base64.b64encode(f"{claims['client_id']}:{claims['client_secret']}".encode()).decode()
        headers = {"Authorization": f"Basic {secret}", "Content-Type": "application/x-www-form-urlencoded"}
        answer = await self._exchange("POST", f"{claims['url']}/oauth/token", b"grant_type=client_credentials", headers)
        self._token = orjson.loads(answer)["access_token"]

    async def soap(self, operation: str, tag: str, *values: str) -> etree._Element:
        """Ask the policy core with one kind of key; return its ResponseData."""
        keys = "".join(f"<{tag}>{value}</{tag}>" for value in values)
        return await self._soap(operation, f"<SessionId>{self._session}</SessionId>{keys}")

    async def claims(self, policies: Sequence[str]) -> list[dict[str, Any]]:
        """Ask the claims core for the claims on policies, at most twenty."""
        query = f"policyNumbers={','.join(policies)}&expand={EXPAND}&pageSize=100"
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Accept": "application/json, application/problem+json",
        }
        answer = await self._exchange("GET", f"{self.sections['claims_core']['url']}/claims?{query}", None, headers)
        items: list[dict[str, Any]] = orjson.loads(answer)["items"]
        return items

    async def life(self, operation: str, **data: Any) -> dict[str, Any]:
        """Ask the life valuation engine; return its result."""
        section = self.sections["life_valuation"]
        body = orjson.dumps({"key": section["key"], "operation": operation, "data": data})
        headers = {"Content-Type": "application/json; charset=utf-8"}
        result: dict[str, Any] = orjson.loads(await self._exchange("POST", f"{section['url']}/api", body, headers))[
            "result"
        ]
        return result

    async def valuations(self, contracts: Sequence[str]) -> list[dict[str, Any]]:
        """Return the values of contracts; those not in the dictionary are computed by one job."""
        if missing := [each for each in contracts if each not in self.values]:
            job = await self.life("valuation_submit", contracts=missing)
            wait_ms = job["eta_ms"]
            while True:
                await asyncio.sleep(wait_ms / 1000)
                state = await self.life("valuation_poll", job_id=job["job_id"])
                if state["state"] == "DONE":
                    break
                wait_ms = max(50, state["eta_ms"])
            self.values |= {each["contract"]: each for each in state["items"]}
        return [self.values[each] for each in contracts]

    async def _soap(self, operation: str, nodes: str) -> etree._Element:
        body = ENVELOPE.format(operation=operation, nodes=nodes).encode("windows-1251")
        headers = {
            "Content-Type": "text/xml; charset=windows-1251",
            "SOAPAction": f'"urn:insurer:policy-core:1/{operation}"',
        }
        answer = await self._exchange("POST", self.sections["policy_core"]["url"], body, headers)
        data = etree.fromstring(answer).find(f".//{NS}ResponseData")
        assert data is not None, operation
        return data

    async def _exchange(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> bytes:
        async with self.http.request(method, url, data=body, headers=headers) as answer:
            assert answer.status == 200, (url, answer.status)
            return await answer.read()
