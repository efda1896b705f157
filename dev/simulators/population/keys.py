"""Ids and numbers of the population: each is computed from a small integer and back, so no look-up needs a scan.

A client is its place n in the population. A policy is its place k: eight to a client, and behind them all the
policies of the one client who has a hundred. A claim is four to a policy.
"""

import re
import uuid

from dev.simulators.population.dice import Permutation, mix
from dev.simulators.population.records import Line

MAX_CLIENTS = 10_000_000
CLIENT_ISN = 2_596_516_901
POLICY_ISN = 5_000_000_000
ITEM_ISN = 60_000_000_000
SLOTS = 8
BULK_CLIENT = 98
BULK_POLICIES = 100
_BULK_START = MAX_CLIENTS * SLOTS
_POLICIES = 100_000_000
_ITEMS = 256
CLAIM_SLOTS = 4

DEMO_POLICY = 0
_DEMO_DIGITS = 10_033_148

PREFIXES = {Line.LIFE: "P", Line.KASKO: "K", Line.PROPERTY: "H", Line.TRAVEL: "T", Line.HEALTH: "M"}
OSAGO_SERIES = ("ХХХ", "ТТТ", "ААК", "АВК", "ВВН")

_LOOKALIKES = str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX")
_SEPARATORS = re.compile(r"[\s№#/.–—-]+")
_policy_digits = Permutation("policy number", 10_000, 10_000)
_osago_digits = Permutation("osago number", 10_000, 10_000)
_client_digits = Permutation("client number", 1_000, 10_000)
_claim_digits = Permutation("claim number", 20_000, 20_000)
_claim_nodes = Permutation("claim id", 1 << 24, 1 << 24)


def client_isn(n: int) -> int:
    """ISN of the n-th client."""
    return CLIENT_ISN + n


def policy_isn(k: int) -> int:
    """ISN of the k-th policy."""
    return POLICY_ISN + k


def item_isn(k: int, item: int) -> int:
    """ISN of something that belongs to the k-th policy: instalments from 0, documents from 200, objects from 240."""
    return ITEM_ISN + k * _ITEMS + item


def item_of(isn: int) -> tuple[int, int] | None:
    """The policy and the item that an ISN belongs to."""
    index = isn - ITEM_ISN
    return divmod(index, _ITEMS) if 0 <= index < _POLICIES * _ITEMS else None


def policy_place(n: int, slot: int) -> int:
    """Place of a client's policy."""
    return n * SLOTS + slot if slot < SLOTS else _BULK_START + slot


def policy_owner(k: int) -> tuple[int, int] | None:
    """The client and the slot of the policy at a place."""
    if 0 <= k < _BULK_START:
        return divmod(k, SLOTS)
    slot = k - _BULK_START
    return (BULK_CLIENT, slot) if SLOTS <= slot < BULK_POLICIES else None


def policy_number(k: int, line: Line) -> str:
    """The printed number: a letter and eight digits, or the OSAGO form of a Cyrillic series and ten digits."""
    if line is Line.OSAGO:
        return f"{OSAGO_SERIES[k % len(OSAGO_SERIES)]} 01{_osago_digits.encode(k):08d}"
    return f"{PREFIXES[line]}{_swap(_policy_digits.encode(k)):08d}"


def folded(number: str) -> str:
    """A number in capitals, without separators, Cyrillic look-alikes as Latin letters."""
    return _SEPARATORS.sub("", number).upper().translate(_LOOKALIKES)


def policy_place_of(number: str) -> int | None:
    """The only place whose policy can have this number; whether it has is for the caller to compare."""
    key = folded(number)
    if re.fullmatch(r"[A-Z]\d{8}", key, re.ASCII):
        return _policy_digits.decode(_swap(int(key[1:])))
    if re.fullmatch(r"[A-Z]{3}01\d{8}", key, re.ASCII):
        return _osago_digits.decode(int(key[5:]))
    return None


def client_number(n: int) -> str:
    """The human client number."""
    return f"C{_client_digits.encode(n):07d}"


def client_place_of(number: str) -> int | None:
    """The client with this human number."""
    return _client_digits.decode(int(number[1:])) if re.fullmatch(r"C\d{7}", number, re.ASCII) else None


def claim_place(k: int, slot: int) -> int:
    """Place of a policy's claim."""
    return k * CLAIM_SLOTS + slot


def policy_of_claim(place: int) -> int:
    """Place of the policy that a claim belongs to."""
    return place // CLAIM_SLOTS


def claim_id(place: int) -> str:
    """The internal id, shaped as a random UUID."""
    noise = mix(place)
    return str(uuid.UUID(int=noise << 64 | (noise & 0xFFFF) << 48 | _claim_nodes.encode(place), version=4))


def claim_place_of_id(claim: str) -> int | None:
    """The only place whose claim can have this id."""
    try:
        parsed = uuid.UUID(claim)
    except ValueError:
        return None
    place = _claim_nodes.decode(parsed.node)
    return place if place < _POLICIES * CLAIM_SLOTS and claim_id(place) == claim else None


def claim_number(place: int) -> str:
    """The number a claim gets when it is registered."""
    return f"CL-{_claim_digits.encode(place):09d}"


def claim_place_of_number(number: str) -> int | None:
    """The only place whose claim can have this number."""
    if not re.fullmatch(r"CL-\d{9}", number, re.ASCII) or int(number[3:]) >= _claim_digits.size:
        return None
    return _claim_digits.decode(int(number[3:]))


def _swap(digits: int) -> int:
    """Exchange the demo policy's digits with those of the place that would have them; its own inverse."""
    if digits == _DEMO_DIGITS:
        return _policy_digits.encode(DEMO_POLICY)
    if digits == _policy_digits.encode(DEMO_POLICY):
        return _DEMO_DIGITS
    return digits
