"""One page of a list, with what the faults make of its rows."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from dev.simulators.claims_core import codec, queries
from dev.simulators.claims_core.books import Books
from dev.simulators.claims_core.problems import json_reply
from dev.simulators.kit import Draw, Fault, Reply

Row = dict[str, Any]


def listing(request: web.Request, rows: Sequence[Row], draw: Draw, code_field: str | None = None) -> Reply:
    """The page of a list that is asked for."""
    return page(request, rows, draw, code_field, total=len(rows))


def page(request: web.Request, rows: Sequence[Row], draw: Draw, code_field: str | None = None, **more: Any) -> Reply:
    """The page that is asked for; live data may have moved rows on from the page before."""
    asked = queries.page_slice(request)
    drift = draw.get(Fault.PAGE_DRIFT)
    start = max(0, asked.start - (drift.rows if drift else 0))
    end = start + asked.size
    items = draw.rows(rows[start:end])
    spoil(items, draw, code_field)
    following = queries.reference(request, end) if end < len(rows) else None
    return json_reply({"items": items, **more, "next": following})


def claims(request: web.Request, query: queries.ClaimsQuery, books: Books, draw: Draw) -> Reply:
    """The page of a batch of claims that is asked for."""
    lost = draw.victims(Fault.PARTIAL_BATCH, len(query.keys))
    failed = {key for index, key in enumerate(query.keys) if index in lost}
    found = [(key, claim) for key, claim in books.claims(query) if key not in failed]
    matches = Counter(key for key, _ in found)
    totals = {key: matches[key] for key in query.keys if key not in failed}
    switch = draw.get(Fault.PARTIAL_BATCH)
    code = (switch and switch.code) or "RECORD_LOCKED"
    failures = [{"key": key, "code": code} for key in sorted(failed)]
    rows = [codec.claim(claim, query.parts) for _, claim in found]
    return page(request, rows, draw, "state", failures=failures, totals=totals)


def spoil(items: list[Row], draw: Draw, code_field: str | None) -> None:
    """Give rows an unknown code or an id that is a number with a fraction, as the faults say."""
    for index in draw.victims(Fault.FLOAT_ID, len(items)):
        items[index] = items[index] | {"id": float(len(str(items[index]["id"])))}
    if code_field is not None:
        for index in draw.victims(Fault.UNKNOWN_ENUM, len(items)):
            items[index] = items[index] | {code_field: "merged-by-batch"}
