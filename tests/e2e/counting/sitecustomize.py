"""Counts the passwords that a gateway hashes: an interpreter runs a module of this name before anything else.

A line is added to a file for each, as nothing that the gateway itself shows tells how many there were.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

FILE = os.environ.get("HASHES_COUNTED_IN")


def counted(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return the method, which counts its calls."""

    @wraps(method)
    def counting(*given: Any) -> Any:
        with open(str(FILE), "a", encoding="ascii") as file:  # noqa: PTH123 - as little as can be is loaded here
            file.write(f"{method.__name__}\n")
        return method(*given)

    return counting


if FILE and sys.orig_argv[1:4] == ["-m", "gateway", "serve"]:
    from argon2 import PasswordHasher

    for name in ("hash", "verify"):
        setattr(PasswordHasher, name, counted(getattr(PasswordHasher, name)))
