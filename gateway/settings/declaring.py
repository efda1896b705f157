"""How a section of settings is declared.

A section is a frozen dataclass. A field's description is the first string in its ``Annotated`` type, its range a
``Between`` beside it; a field of a dataclass type is a table within the section::

    port: Annotated[int, "TCP port to listen on", Between(0, 65_535)] = 8080
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, get_args, get_origin, get_type_hints

__all__ = ["ENV_PREFIX", "Between", "Declaration", "Secret", "declarations"]

ENV_PREFIX: Final = "GATEWAY_"
SECRET_WORDS: Final = ("key", "password", "secret", "token")
MIN_SECRET_LENGTH: Final = 32


class Secret(str):
    """A text that must not be shown: neither ``repr`` nor formatting of a whole section reveals it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret(***)"

    @property
    def is_long_enough(self) -> bool:
        """Whether a key made of it is worth the name."""
        return len(self) >= MIN_SECRET_LENGTH


@dataclass(frozen=True, slots=True)
class Between:
    """Inclusive bounds of a number."""

    least: float
    most: float

    def holds(self, value: float) -> bool:
        """Whether the value lies within the bounds."""
        return self.least <= value <= self.most


@dataclass(frozen=True, slots=True)
class Declaration:
    """One setting: ``path`` leads from the section to the field. The value of a secret must not be printed."""

    path: tuple[str, ...]
    type: Any
    doc: str
    bounds: Between | None
    default: Any
    is_secret: bool

    @property
    def name(self) -> str:
        """As in TOML: ``server.port``."""
        return ".".join(self.path)

    @property
    def variable(self) -> str:
        """As in the environment: ``GATEWAY_SERVER_PORT``."""
        return ENV_PREFIX + "_".join(self.path).upper()

    @property
    def is_required(self) -> bool:
        """Whether there is no default."""
        return self.default is dataclasses.MISSING


def declarations(sections: Mapping[str, type]) -> Iterator[Declaration]:
    """List every setting of the sections, in the order of declaration."""
    for name, section in sections.items():
        yield from _of_class(section, (name,))


def _of_class(section: type, path: tuple[str, ...]) -> Iterator[Declaration]:
    hints = get_type_hints(section, include_extras=True)
    for each in dataclasses.fields(section):
        declared, *extras = (
            get_args(hints[each.name]) if get_origin(hints[each.name]) is Annotated else [hints[each.name]]
        )
        if dataclasses.is_dataclass(declared) and isinstance(declared, type):
            yield from _of_class(declared, (*path, each.name))
            continue
        yield Declaration(
            path=(*path, each.name),
            type=declared,
            doc=next((extra for extra in extras if isinstance(extra, str)), ""),
            bounds=next((extra for extra in extras if isinstance(extra, Between)), None),
            default=_default(each),
            is_secret=not each.repr or Secret in {declared, *get_args(declared)} or each.name.endswith(SECRET_WORDS),
        )


def _default(declared: dataclasses.Field[Any]) -> Any:
    if declared.default_factory is not dataclasses.MISSING:
        return declared.default_factory()
    return declared.default
