"""The known settings as a TOML file to start from."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Any

from gateway.settings.declaring import Declaration, declarations

__all__ = ["as_toml"]


def as_toml(sections: Mapping[str, type]) -> str:
    """Print every setting with its description, its variable and its default; required ones are commented out."""
    lines: list[str] = []
    table: tuple[str, ...] = ()
    for each in declarations(sections):
        if each.path[:-1] != table:
            table = each.path[:-1]
            lines += ["", f"[{'.'.join(table)}]"]
            if len(table) == 1:
                about = inspect.getdoc(sections[table[0]]) or ""
                lines += [f"# {line}".rstrip() for line in about.splitlines()]
        lines += _setting(each)
    return "\n".join(lines[1:])


def _setting(declared: Declaration) -> list[str]:
    about = f"{declared.doc} ({declared.variable})" if declared.doc else declared.variable
    name = declared.path[-1]
    if declared.is_required:
        return [f"# {about}; required", f"# {name} ="]
    if declared.default is None:
        return [f"# {about}", f"# {name} ="]
    shown = "***" if declared.is_secret and declared.default else declared.default
    return [f"# {about}", f"{name} = {_literal(shown)}"]


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Enum):
        return _literal(value.value)
    if isinstance(value, tuple):
        return f"[{', '.join(map(_literal, value))}]"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str | Path):
        escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return _literal(str(value))
