"""Failures in the four shapes of PROTOCOL.md, section 6."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dev.simulators.kit import MOSCOW, Reply, Switch
from dev.simulators.life_valuation.forms import dumps

INVALID_DATA = 1001
TOO_MANY_KEYS = 1002
JOBS_FULL = 2001
THROTTLED = 2002
DISPATCHER_BROKEN = 5000

UNKNOWN_CONTRACT = "Договор не найден"
NO_QUOTES = "Недостаточно котировок для расчёта"
BROKEN_OFF = "Расчёт прерван"
ENGINE_BROKEN = "Внутренняя ошибка расчётного модуля"
UNKNOWN_KEY = "Ключ не распознан"
EXPIRED_KEY = "Срок действия ключа истёк"


@dataclass(slots=True)
class Spelling:
    """Writes ё or е at random, as the engine does."""

    seed: int
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def vary(self, text: str) -> str:
        """The text with its ё kept or not."""
        return text if self._random.random() < 0.5 else text.replace("ё", "е")


class Failure(Exception):
    """Ends an operation; the reply goes out in its place."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply)
        self.reply = reply


def calculation(text: str) -> Failure:
    """Shape A."""
    return Failure(_json({"status": "ERROR", "error_text": text}))


def dispatcher(code: int, wait_ms: int | None = None, message: str | None = None) -> Failure:
    """Shape B."""
    extra = {"wait_ms": wait_ms, "message": message}
    body = {"code": code} | {name: value for name, value in extra.items() if value is not None}
    return Failure(_json(body, 429 if code == THROTTLED else 200))


def door(text: str) -> Failure:
    """Shape C."""
    return Failure(_json({"error_text": text}, 403))


def parser(line: str) -> Failure:
    """Shape D."""
    return Failure(Reply(f"{line}\n".encode(), "text/plain", "utf-8", 400))


def maintenance(until: datetime) -> Reply:
    """The announced break, by the minute, in Moscow time."""
    return calculation(f"Технический перерыв до {until.astimezone(MOSCOW):%d.%m.%Y %H:%M}").reply


def in_band(switch: Switch) -> Failure:
    """The failure that a switch asks for: a shape (A to D) or a dispatcher's code; A when it does not say."""
    code = switch.code or "A"
    if code.isdecimal():
        return dispatcher(int(code), wait_ms=200 if int(code) in {JOBS_FULL, THROTTLED} else None)
    return {
        "A": calculation(ENGINE_BROKEN),
        "B": dispatcher(DISPATCHER_BROKEN, message="internal error"),
        "C": door("Доступ к операции запрещён"),
        "D": parser("request could not be parsed"),
    }.get(code, calculation(code))


def _json(body: Mapping[str, object], status: int = 200) -> Reply:
    return Reply(dumps(body).encode(), "application/json", "utf-8", status)
