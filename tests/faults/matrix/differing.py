"""Where two answers to one operation differ: rows are matched by what they are, not by where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

__all__ = ["Difference", "Path", "differences"]

Path: TypeAlias = tuple[str | int, ...]

NOT_COMPARED: Final = {"download"}
"""A signed link is another one each time."""

AS_A_WHOLE: Final = {"reminders"}
ABOUT_LISTS: Final = {"totalCount", "pageInfo"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One place, as it was and as it is; the path is that of the second answer."""

    path: Path
    was: Any
    is_: Any

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.path))}: {str(self.is_)[:80]} instead of {str(self.was)[:80]}"


def differences(was: Any, is_: Any, path: Path = ()) -> Iterator[Difference]:
    """Find every difference, as near to the leaves as things can be compared."""
    if was == is_:
        return
    if isinstance(was, dict) and isinstance(is_, dict) and path[-1:] not in {(name,) for name in AS_A_WHOLE}:
        for name in sorted((was.keys() | is_.keys()) - NOT_COMPARED - about_bad_rows(is_)):
            yield from differences(was.get(name), is_.get(name), (*path, name))
    elif isinstance(was, list) and isinstance(is_, list):
        yield from of_lists(was, is_, path)
    else:
        yield Difference(path, was, is_)


def of_lists(was: Sequence[Any], is_: Sequence[Any], path: Path) -> Iterator[Difference]:
    """Match rows by their ids.

    A row that is null stands for others that are not there, or for one that would have been filtered out.
    """
    known = {identity(row): row for row in was}
    here = [identity(row) for row in is_ if not is_bad(row)]
    if not known.keys() >= set(here):
        yield from by_place(was, is_, path)
        return
    for index, row in enumerate(is_):
        if is_bad(row):
            yield Difference((*path, index, "node") if row else (*path, index), "a row", None)
        else:
            yield from differences(known[identity(row)], row, (*path, index))
    if here != [each for each in known if each in here] or (len(here) < len(known) and not any(map(is_bad, is_))):
        yield Difference(path, list(known), here)


def by_place(was: Sequence[Any], is_: Sequence[Any], path: Path) -> Iterator[Difference]:
    """Compare lists whose rows are not known."""
    if len(was) != len(is_):
        yield Difference(path, was, is_)
        return
    for index, (one, other) in enumerate(zip(was, is_, strict=True)):
        yield from differences(one, other, (*path, index))


def identity(row: Any) -> str:
    """Return what tells a row from others: an id, or else all of it."""
    node = (row.get("node") or row) if isinstance(row, dict) else {}
    return str(node.get("id") or node.get("number") or row)


def is_bad(row: Any) -> bool:
    """Tell whether a row is null, or an edge that leads to nothing."""
    return row is None or (isinstance(row, dict) and "node" in row and row["node"] is None)


def about_bad_rows(connection: dict[str, Any]) -> frozenset[str]:
    """Name what says how long a list is, when it has rows that are null and count."""
    return frozenset(ABOUT_LISTS) if any(map(is_bad, connection.get("edges") or ())) else frozenset()
