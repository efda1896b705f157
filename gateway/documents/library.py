"""All lists of all applications, as they were when they were read: who may ask for which document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from gateway.documents.errors import DocumentRetired

__all__ = ["ANYBODY", "Application", "Library", "Release"]


@dataclass(frozen=True, slots=True)
class Application:
    """Who a request says it is from; None where it does not say. A version without a name says nothing."""

    client: str | None = None
    version: str | None = None


ANYBODY = Application()


@dataclass(frozen=True, slots=True)
class Release:
    """One version of one application. ``last_day`` is the last on which it is served, in Moscow; None for no end."""

    client: str
    version: str
    documents: Mapping[str, str]
    last_day: date | None = None

    def is_of(self, application: Application) -> bool:
        """Whether a request of the application may be this one's."""
        if application.client is None:
            return True
        return self.client == application.client and application.version in {None, self.version}

    def is_served(self, today: date) -> bool:
        """Whether it is not retired yet."""
        return self.last_day is None or today <= self.last_day


@dataclass(frozen=True)
class Library:
    """Releases, and where to find what they list."""

    releases: Sequence[Release] = ()
    _by_id: Mapping[str, Sequence[Release]] = field(init=False, repr=False)
    _by_text: Mapping[str, Sequence[Release]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by_id: dict[str, list[Release]] = defaultdict(list)
        by_text: dict[str, list[Release]] = defaultdict(list)
        for release in self.releases:
            for name in release.documents:
                by_id[name].append(release)
            for text in dict.fromkeys(release.documents.values()):
                by_text[text].append(release)
        object.__setattr__(self, "_by_id", dict(by_id))
        object.__setattr__(self, "_by_text", dict(by_text))

    def texts(self) -> Iterable[str]:
        """All documents, each once."""
        return self._by_text.keys()

    def named(self, name: str, application: Application) -> set[str]:
        """Return what the id may mean to the application, whether it is still served or not."""
        return {release.documents[name] for release in self._by_id.get(name, ()) if release.is_of(application)}

    def text(self, name: str, application: Application, today: date) -> str | None:
        """Return the document that the application means by an id, None if it means none or there is no telling which.

        Raises: ``DocumentRetired``.
        """
        served = _served(self._by_id.get(name, ()), application, today)
        texts = {release.documents[name] for release in served}
        return texts.pop() if len(texts) == 1 else None

    def trusts(self, text: str, application: Application, today: date) -> bool:
        """Whether the application lists the document. Raises: ``DocumentRetired``."""
        return bool(_served(self._by_text.get(text, ()), application, today))


def _served(holders: Sequence[Release], application: Application, today: date) -> list[Release]:
    """Return the application's releases among the holders. Raises: ``DocumentRetired`` when there is none left."""
    own = [release for release in holders if release.is_of(application)]
    served = [release for release in own if release.is_served(today)]
    if own and not served:
        raise DocumentRetired(max(release.last_day for release in own if release.last_day is not None))
    return served
