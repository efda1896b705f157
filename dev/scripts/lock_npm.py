"""Writes each package-lock.json: versions and hashes alone, no host in any line."""

import json
import sys
from pathlib import Path

from dev.scripts.node import NPM, run

FOLDERS = [Path("web/graphiql"), Path("dev/audits"), Path("dev/bench/peers/node")]


def main(arguments: list[str]) -> int:
    for folder in FOLDERS:
        lock(folder, anew="--upgrade" in arguments)
    return 0


def lock(folder: Path, *, anew: bool) -> None:
    print(f"Writing {folder}/package-lock.json", flush=True)
    file = folder / "package-lock.json"
    if anew:
        file.unlink(missing_ok=True)
    run(folder, [NPM, "install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--loglevel=error"])
    written = json.loads(file.read_text(encoding="utf-8"))
    for package in written["packages"].values():
        # Sponsor links are not needed to install, and hide a registry's address among them.
        package.pop("funding", None)
        package.pop("resolved", None)
    file.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
