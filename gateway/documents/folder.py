"""The folder with all lists: ``<client>/<version>.json``, and beside them what the tools do not write.

``<client>/index.json`` is optional, and says of versions when they retire and how their ids were made::

    {"versions": {"2026.1": {"lastDay": "2027-01-31"}, "2026.2": {"algorithm": "opaque"}}}
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Final

import msgspec

from gateway.documents.library import Library, Release
from gateway.documents.manifest import Algorithm, ManifestUnfit, documents

__all__ = ["Check", "ManifestsUnfit", "read_library"]

Check = Callable[[str], Sequence[str]]
"""What is wrong with a document, nothing if it may be run."""

INDEX: Final = "index.json"
NAME: Final = re.compile(r"[\w+-][\w.+-]{0,63}", re.ASCII)
"""What may stand in the headers that name an application, but for what no file can be called."""


class ManifestsUnfit(Exception):
    """The lists cannot be taken. ``problems`` has a line for each file that is wrong."""

    def __init__(self, *problems: str) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class VersionNotes(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """What an index says of one version."""

    last_day: date | None = None
    algorithm: Algorithm | None = None


class Index(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an index says."""

    versions: dict[str, VersionNotes] = {}


def read_library(folder: Path, check: Check) -> Library:
    """Read every list and check every document, each text once. Raises: ``ManifestsUnfit``."""
    reader = _Reader(check)
    try:
        releases = [release for client in _visible(folder) for release in reader.client(client)]
    except OSError as missing:
        raise ManifestsUnfit(f"{missing.filename}: cannot be read ({missing.strerror})") from None
    if reader.problems:
        raise ManifestsUnfit(*reader.problems)
    return Library(tuple(releases))


class _Reader:
    def __init__(self, check: Check) -> None:
        self._check = check
        self._checked: dict[str, Sequence[str]] = {}
        self.problems: list[str] = []

    def client(self, folder: Path) -> Iterator[Release]:
        if not (folder.is_dir() and NAME.fullmatch(folder.name)):
            self.problems.append(f"{folder}: not a folder with the name of an application")
            return
        files = _visible(folder)
        index = self._index(folder / INDEX) if folder / INDEX in files else Index()
        manifests = {file.stem: file for file in files if file.name != INDEX}
        for version in sorted(index.versions.keys() - manifests.keys()):
            self.problems.append(f"{folder / INDEX}: speaks of version {version!r}, which has no list")
        for version, file in manifests.items():
            notes = index.versions.get(version, VersionNotes())
            if (listed := self._manifest(file, notes.algorithm)) is not None:
                yield Release(folder.name, version, listed, notes.last_day)

    def _index(self, file: Path) -> Index:
        try:
            return msgspec.json.decode(file.read_bytes(), type=Index)
        except (msgspec.MsgspecError, UnicodeDecodeError) as broken:
            self.problems.append(f"{file}: {broken}")
            return Index()

    def _manifest(self, file: Path, algorithm: Algorithm | None) -> dict[str, str] | None:
        if file.suffix != ".json" or not NAME.fullmatch(file.stem):
            self.problems.append(f"{file}: not a list with the name of a version, <version>.json")
            return None
        try:
            listed = dict(documents(file.read_bytes(), algorithm))
        except ManifestUnfit as unfit:
            self.problems.append(f"{file}: {unfit}")
            return None
        self.problems += [f"{file}: {name}: {wrong}" for name, text in listed.items() for wrong in self._wrong(text)]
        return listed

    def _wrong(self, text: str) -> Sequence[str]:
        if text not in self._checked:
            self._checked[text] = self._check(text)
        return self._checked[text][:1]


def _visible(folder: Path) -> list[Path]:
    """List a folder; names with a point in front belong to whatever put the folder there."""
    return sorted(each for each in folder.iterdir() if not each.name.startswith("."))
