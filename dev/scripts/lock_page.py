"""Writes web/graphiql/package-lock.json: versions and hashes alone, no host in any line."""

import json
import sys

from dev.scripts.build_page import NPM, PAGE, run


def main(arguments: list[str]) -> int:
    if "--upgrade" in arguments:
        (PAGE / "package-lock.json").unlink(missing_ok=True)
    run([NPM, "install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--loglevel=error"])
    file = PAGE / "package-lock.json"
    lock = json.loads(file.read_text(encoding="utf-8"))
    for package in lock["packages"].values():
        # Sponsor links are not needed to install, and hide a registry's address among them.
        package.pop("funding", None)
        package.pop("resolved", None)
    file.write_text(json.dumps(lock, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
