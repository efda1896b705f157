"""Writes the package-lock.json of each folder with npm packages: versions and hashes alone, no host in any line."""

import sys
from pathlib import Path

from dev.scripts import npm

FOLDERS = [Path("web/graphiql"), Path("dev/bench/peers/node")]


def main(arguments: list[str]) -> int:
    for folder in FOLDERS:
        print(f"Writing {folder}/package-lock.json", flush=True)
        npm.lock(folder, upgrade="--upgrade" in arguments)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
