"""Settings from a TOML file and the environment, everything wrong with them told at once."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, get_type_hints

from gateway.settings.converting import Unfit, from_text, from_toml
from gateway.settings.declaring import ENV_PREFIX, Declaration, declarations

__all__ = ["CONFIG_VARIABLE", "SettingsError", "read"]

CONFIG_VARIABLE: Final = "GATEWAY_CONFIG"


class SettingsError(Exception):
    """The gateway cannot start as it is set. ``problems`` has one line each."""

    def __init__(self, *problems: str) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def read(sections: Mapping[str, type], file: Path | None, environ: Mapping[str, str]) -> dict[str, Any]:
    """Build every section; a variable of the environment wins over the file. Raises: ``SettingsError``."""
    reading = _Reading(sections)
    if file is not None:
        reading.take_file(file)
    reading.take_environment(environ)
    built = {name: reading.build(section, (name,)) for name, section in sections.items()}
    if reading.problems:
        raise SettingsError(*reading.problems)
    return built


@dataclass(slots=True)
class _Reading:
    sections: Mapping[str, type]
    problems: list[str] = field(default_factory=list)
    known: dict[str, Declaration] = field(init=False)
    values: dict[tuple[str, ...], Any] = field(default_factory=dict)
    unfit: set[tuple[str, ...]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.known = {each.name: each for each in declarations(self.sections)}

    def take_file(self, file: Path) -> None:
        try:
            tables = tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
        except OSError as missing:
            self.problems.append(f"{file}: cannot be read ({missing.strerror})")
            return
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
            self.problems.append(f"{file}: not TOML ({broken})")
            return
        for path, value in self._leaves(tables, ()):
            declared = self.known.get(".".join(path))
            if declared is None:
                self._unknown(str(file), ".".join(path), self._names_beside(path))
            else:
                self._take(declared, f"{file}: {declared.name}", value, from_toml)

    def take_environment(self, environ: Mapping[str, str]) -> None:
        variables = {each.variable: each for each in self.known.values()}
        for name in sorted(name for name in environ if name.startswith(ENV_PREFIX) and name != CONFIG_VARIABLE):
            declared = variables.get(name)
            if declared is None:
                self._unknown("environment", name, [*variables, CONFIG_VARIABLE])
            else:
                self._take(declared, name, environ[name], from_text)

    def build(self, section: type, path: tuple[str, ...]) -> Any:
        """Build one section, or None when something in it is wrong (and noted)."""
        hints = get_type_hints(section)
        given: dict[str, Any] = {}
        whole = True
        for each in fields(section):
            inner = (*path, each.name)
            hint = hints[each.name]
            if isinstance(hint, type) and is_dataclass(hint):
                given[each.name] = self.build(hint, inner)
                whole = whole and given[each.name] is not None
            elif inner in self.values:
                given[each.name] = self.values[inner]
            elif inner in self.unfit:
                whole = False
            elif (declared := self.known[".".join(inner)]).is_required:
                self.problems.append(f"{declared.name}: missing; set it in the file or as {declared.variable}")
                whole = False
        if not whole:
            return None
        try:
            return section(**given)
        except ValueError as refused:
            self.problems.append(f"{'.'.join(path)}: {refused}")
            return None

    def _leaves(self, table: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
        for key, value in table.items():
            inner = (*path, key)
            if isinstance(value, dict) and self._names_beside((*inner, "")) and ".".join(inner) not in self.known:
                yield from self._leaves(value, inner)
            else:
                yield inner, value

    def _names_beside(self, path: tuple[str, ...]) -> list[str]:
        """Names that could have been meant: settings of the same table, or all sections for an unknown one."""
        table = "".join(f"{part}." for part in path[:-1])
        if not table:
            return [*self.sections, *self.known]
        return [name for name in self.known if name.startswith(table)]

    def _take(self, declared: Declaration, origin: str, value: Any, convert: Callable[[Any, Any], Any]) -> None:
        try:
            converted = convert(value, declared.type)
            _check_bounds(declared, converted)
        except Unfit as reason:
            got = "" if declared.is_secret else f"got {str(value)[:40]!r}, but "
            self.problems.append(f"{origin}: {got}{reason}")
            self.unfit.add(declared.path)
            self.values.pop(declared.path, None)
        else:
            self.values[declared.path] = converted
            self.unfit.discard(declared.path)

    def _unknown(self, origin: str, name: str, known: list[str]) -> None:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        self.problems.append(f"{origin}: unknown setting {name}{hint}")


def _check_bounds(declared: Declaration, value: Any) -> None:
    bounds = declared.bounds
    if bounds is not None and value is not None and not bounds.holds(value):
        raise Unfit(f"a number from {bounds.least:g} to {bounds.most:g} is wanted")
