"""Query parameters and bodies, read as strictly as the contract says."""

import base64
import binascii
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from dev.simulators.claims_core.codec import PARTS
from dev.simulators.claims_core.deductibles import Payment
from dev.simulators.claims_core.problems import Problem

LIMITS = {"ids": 50, "numbers": 50, "policyNumbers": 20}
DEFAULT_PAGE = 20
MAX_PAGE = 100
MAX_CHANGES = 100
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_FORMS = {
    "ids": _ID,
    "numbers": re.compile(r"CL-[0-9]{9}", re.ASCII),
    "policyNumbers": re.compile(r"[0-9A-Z]{1,32}", re.ASCII),
}
_PAYMENT = {
    "transactionId": re.compile(r"[0-9A-Za-z-]{1,128}", re.ASCII),
    "billNumber": re.compile(r"[0-9A-Za-z-]{1,32}", re.ASCII),
    "paidAt": re.compile(r"[0-9T:.-]{19,26}\+03:00", re.ASCII),
}
_PAGING = ("pageSize", "cursor")


@dataclass(frozen=True, slots=True)
class Slice:
    """Which rows of a list are asked for."""

    start: int
    size: int


@dataclass(frozen=True, slots=True)
class ClaimsQuery:
    """Claims asked for in one batch, by one of the three kinds of key."""

    parameter: str
    keys: tuple[str, ...]
    parts: tuple[str, ...]
    slice: Slice


def batch_size(request: web.Request) -> int:
    """How many keys the request asks for, valid or not."""
    return sum(len(request.query[name].split(",")) for name in LIMITS if name in request.query)


def claims_query(request: web.Request) -> ClaimsQuery:
    """The query of a batch of claims. Raises: Problem."""
    only(request, *LIMITS, "expand", *_PAGING)
    given = [name for name in LIMITS if name in request.query]
    if len(given) != 1:
        raise Problem("INVALID_PARAMETER", "exactly one of ids, numbers, policyNumbers")
    keys = request.query[given[0]].split(",")
    if len(keys) > LIMITS[given[0]]:
        raise Problem("TOO_MANY_KEYS", given[0])
    if not all(_FORMS[given[0]].fullmatch(key) for key in keys):
        raise Problem("INVALID_PARAMETER", given[0])
    return ClaimsQuery(given[0], tuple(dict.fromkeys(keys)), expand(request), page_slice(request))


def only(request: web.Request, *names: str) -> None:
    """Refuse any other parameter, and one that is given twice. Raises: Problem."""
    for name in request.query:
        if name not in names:
            raise Problem("UNKNOWN_PARAMETER", name if name.isascii() and name.isalnum() else "")
        if len(request.query.getall(name)) > 1:
            raise Problem("INVALID_PARAMETER", name)


def expand(request: web.Request) -> tuple[str, ...]:
    """The parts of a claim that are asked for. Raises: Problem."""
    if "expand" not in request.query:
        return ()
    parts = request.query["expand"].split(",")
    if not set(parts) <= set(PARTS) or len(set(parts)) != len(parts):
        raise Problem("INVALID_PARAMETER", "expand")
    return tuple(parts)


def page_slice(request: web.Request) -> Slice:
    """The page that is asked for. Raises: Problem."""
    size = whole_number(request, "pageSize", DEFAULT_PAGE, MAX_PAGE)
    if "cursor" not in request.query:
        return Slice(0, size)
    try:
        start = base64.urlsafe_b64decode(request.query["cursor"]).decode("ascii")
    except (ValueError, binascii.Error):
        raise Problem("INVALID_PARAMETER", "cursor") from None
    if not re.fullmatch(r"[0-9]{1,9}", start, re.ASCII):
        raise Problem("INVALID_PARAMETER", "cursor")
    return Slice(int(start), size)


def reference(request: web.Request, start: int) -> str:
    """The reference to the page from a row on, with every parameter of the request."""
    cursor = base64.urlsafe_b64encode(str(start).encode()).decode()
    return str(request.rel_url.update_query(cursor=cursor))


def whole_number(request: web.Request, name: str, default: int, highest: int) -> int:
    """A parameter between 1 and the highest. Raises: Problem."""
    text = request.query.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,4}", text, re.ASCII) or not 1 <= int(text) <= highest:
        raise Problem("INVALID_PARAMETER", name)
    return int(text)


def object_id(request: web.Request, name: str) -> str:
    """An id in the path. Raises: Problem."""
    text = request.match_info[name]
    if not _ID.fullmatch(text):
        raise Problem("INVALID_PARAMETER", name)
    return text


def near(request: web.Request) -> str:
    """The city asked for, folded. Raises: Problem."""
    only(request, "near", *_PAGING)
    city = request.query.get("near", "")
    if not 1 <= len(city) <= 100:
        raise Problem("INVALID_PARAMETER", "near")
    return city.strip().casefold()


def acknowledged(content_type: str, body: bytes) -> Sequence[str]:
    """The ids of an acknowledgement. Raises: Problem."""
    ids = _document(content_type, body, ("ids",)).get("ids")
    if not isinstance(ids, list) or not 1 <= len(ids) <= MAX_CHANGES:
        raise Problem("INVALID_PARAMETER", "ids")
    if not all(isinstance(each, str) and _ID.fullmatch(each) for each in ids):
        raise Problem("INVALID_PARAMETER", "ids")
    return ids


def payment(content_type: str, body: bytes) -> Payment:
    """The payment of a deductible. Raises: Problem."""
    document = _document(content_type, body, tuple(_PAYMENT))
    for name, form in _PAYMENT.items():
        if not isinstance(document.get(name), str) or not form.fullmatch(document[name]):
            raise Problem("INVALID_PARAMETER", name)
    try:
        paid_at = datetime.fromisoformat(document["paidAt"])
    except ValueError:
        raise Problem("INVALID_PARAMETER", "paidAt") from None
    return Payment(document["transactionId"], document["billNumber"], paid_at)


def _document(content_type: str, body: bytes, names: Sequence[str]) -> dict[str, Any]:
    """A JSON object with no other members than these."""
    try:
        document: Any = json.loads(body)
    except ValueError:
        raise Problem("INVALID_PARAMETER", "body") from None
    if content_type != "application/json" or not isinstance(document, dict):
        raise Problem("INVALID_PARAMETER", "body")
    if document.keys() - set(names):
        raise Problem("UNKNOWN_FIELD")
    return document
