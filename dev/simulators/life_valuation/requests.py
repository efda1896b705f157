"""The envelope of requests and the strict check of `data`: PROTOCOL.md, sections 1 and 2."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dev.simulators.life_valuation import codes
from dev.simulators.life_valuation.failures import INVALID_DATA, TOO_MANY_KEYS, dispatcher, parser
from dev.simulators.life_valuation.forms import money_of

Data = Mapping[str, Any]

MAX_DAYS = 400
_CONTRACT = re.compile(r"[0-9A-Z]{1,20}", re.ASCII)
_ISN = re.compile(r"\d{1,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Form:
    """What the `data` of an operation may hold. `listed` names the list of keys, of which `most` may come."""

    checks: Mapping[str, Callable[[Any], bool]]
    listed: str | None = None
    most: int = 1

    def keys(self, data: Data) -> int:
        """How many keys are asked for."""
        listed = data.get(self.listed) if self.listed else None
        return len(listed) if isinstance(listed, list) else int(bool(self.checks))

    def check(self, data: Data) -> None:
        """Raises: Failure for data that the engine refuses."""
        if set(data) != set(self.checks):
            raise dispatcher(INVALID_DATA, message="unknown or missing field")
        for name, valid in self.checks.items():
            if not valid(data[name]):
                raise dispatcher(INVALID_DATA, message=f"bad value of {name}")
        if self.keys(data) > self.most:
            raise dispatcher(TOO_MANY_KEYS, message=f"at most {self.most}")


def contracts_form(most: int) -> Form:
    """A list of contracts."""
    return Form({"contracts": distinct(is_contract)}, "contracts", most)


def parse(body: bytes) -> tuple[str, str, dict[str, Any]]:
    """Key, operation and data. Raises: Failure."""
    try:
        request = json.loads(body.decode())
    except ValueError:
        raise parser("body is not JSON") from None
    if not isinstance(request, dict) or set(request) != {"key", "operation", "data"}:
        raise parser("key, operation and data are expected")
    key, operation, data = request["key"], request["operation"], request["data"]
    if not (isinstance(key, str) and isinstance(operation, str) and isinstance(data, dict)):
        raise parser("key and operation must be texts, data an object")
    return key, operation, data


def distinct(valid: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """Make a check of a list: not empty, all valid, none twice."""

    def check(value: Any) -> bool:
        return isinstance(value, list) and bool(value) and all(map(valid, value)) and len(set(value)) == len(value)

    return check


def is_contract(value: Any) -> bool:
    """Latin letters and digits."""
    return isinstance(value, str) and _CONTRACT.fullmatch(value) is not None


def is_isn(value: Any) -> bool:
    """Digits."""
    return isinstance(value, str) and _ISN.fullmatch(value) is not None


def is_ticker(value: Any) -> bool:
    """A short text."""
    return isinstance(value, str) and 1 <= len(value) <= 12


def is_days(value: Any) -> bool:
    """Days of history."""
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_DAYS


def is_text(value: Any) -> bool:
    """A text that is not empty."""
    return isinstance(value, str) and bool(value)


def is_operation_code(value: Any) -> bool:
    """A code of an operation."""
    return isinstance(value, int) and value in codes.OPERATION_BY_CODE


def is_optional_money(value: Any) -> bool:
    """Money as text, or null."""
    return value is None or (isinstance(value, str) and money_of(value) is not None)
