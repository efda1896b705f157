"""How an element becomes a record: by the record's own fields, without a line of code per element."""

from __future__ import annotations

from functools import cache
from typing import Any, Final, TypeVar, get_args, get_origin, get_type_hints

import msgspec
from lxml import etree

__all__ = ["NAMESPACE", "read", "read_all"]

NAMESPACE: Final = "urn:insurer:policy-core:1"

R = TypeVar("R", bound=msgspec.Struct)


class Slot(msgspec.Struct, frozen=True):
    """Where an element's value goes; ``record`` is None for plain text."""

    name: str
    record: type[msgspec.Struct] | None
    many: bool


@cache
def slots(record: type[msgspec.Struct]) -> dict[object, Slot]:
    """Slots of a record by qualified tag, from its annotations: ``str | None``, ``X | None`` or ``tuple[X, ...]``."""
    found: dict[object, Slot] = {}
    for name, hint in get_type_hints(record).items():
        content: type = get_args(hint)[0]
        tag = f"{{{NAMESPACE}}}{name.title().replace('_', '')}"
        found[tag] = Slot(name, content if issubclass(content, msgspec.Struct) else None, get_origin(hint) is tuple)
    return found


def read(record: type[R], element: etree._Element) -> R:
    """Read one record; elements that it does not name are passed over, as later versions may add some."""
    by_tag = slots(record)
    values: dict[str, Any] = {}
    lists: dict[str, list[Any]] = {}
    for child in element:
        slot = by_tag.get(child.tag)
        if slot is None:
            continue
        value = text(child) if slot.record is None else read(slot.record, child)
        if slot.many:
            lists.setdefault(slot.name, []).append(value)
        else:
            values[slot.name] = value
    for name, items in lists.items():
        values[name] = tuple(items)
    return record(**values)


def read_all(record: type[R], parent: etree._Element, tag: str) -> list[R]:
    """Read every child of that name."""
    return [read(record, child) for child in parent.iterchildren(f"{{{NAMESPACE}}}{tag}")]


def text(element: etree._Element) -> str | None:
    """Return the trimmed text, or None for an empty element."""
    return (element.text or "").strip() or None
