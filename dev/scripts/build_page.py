"""Bundles the GraphiQL page with the Node that comes as a wheel; costs nothing when web/graphiql/dist is up to date."""

import shutil
from pathlib import Path

from dev.scripts.node import digest, installed, run, stamp

PAGE = Path("web/graphiql")
SOURCES, DIST = PAGE / "src", PAGE / "dist"
PACKAGES = [PAGE / "package.json", PAGE / "package-lock.json"]
COPIED = ["index.html", "icon.svg"]


def main() -> int:
    everything = digest([*PACKAGES, *sorted(SOURCES.iterdir()), Path(__file__)])
    if stamp(DIST) == everything:
        return 0
    modules = installed(PAGE)
    print("Bundling the GraphiQL page", flush=True)
    bundle(modules)
    (DIST / ".stamp").write_text(everything, encoding="ascii")
    return 0


def bundle(modules: Path) -> None:
    shutil.rmtree(DIST, ignore_errors=True)
    esbuild = modules / "esbuild" / "bin" / "esbuild"
    run(
        PAGE,
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
        ],
    )
    for name in COPIED:
        shutil.copy(SOURCES / name, DIST / name)


if __name__ == "__main__":
    raise SystemExit(main())
