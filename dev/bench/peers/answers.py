"""Whether peers answer the same: nobody is measured before."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

__all__ = ["ask", "differences", "headers"]

PATIENCE_S: Final = 60.0
SHOWN: Final = 60


def headers(token: str) -> dict[str, str]:
    """Return what every request is sent with."""
    return {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}


def ask(url: str, body: Path, token: str) -> bytes:
    """Return a server's answer, as it came."""
    address = urlsplit(url)
    with closing(http.client.HTTPConnection(address.netloc, timeout=PATIENCE_S)) as connection:
        connection.request("POST", address.path, body.read_bytes(), headers(token))
        return connection.getresponse().read()


def differences(wanted: Any, got: Any, place: str = "answer") -> Iterator[str]:
    """Yield each place where an answer is not what it must be; the order of a map's entries is no matter."""
    if isinstance(wanted, dict) and isinstance(got, dict) and wanted.keys() == got.keys():
        for name, value in wanted.items():
            yield from differences(value, got[name], f"{place}.{name}")
    elif isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        for number, value in enumerate(wanted):
            yield from differences(value, got[number], f"{place}[{number}]")
    elif wanted != got or type(wanted) is not type(got):
        yield f"{place} is {str(got)[:SHOWN]}, must be {str(wanted)[:SHOWN]}"
