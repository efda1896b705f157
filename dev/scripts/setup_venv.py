"""Makes .venv and installs the locked packages into it, by hash. Standard library only: nothing is installed yet."""

import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

VENV = Path(".venv")
PYTHON = VENV / "bin" / "python"
ONE_MORE = ("Collecting ", "Processing ", "Ignoring ", "Requirement already satisfied: ")  # as pip says it
PIN = re.compile(r"^[A-Za-z0-9][\w.-]*==", re.MULTILINE)


def main(lock: Path) -> int:
    if not usable(PYTHON):
        say(f"Creating .venv with Python {sys.version.split()[0]}")
        shutil.rmtree(VENV, ignore_errors=True)
        venv.create(VENV, with_pip=True)
    content = lock.read_text(encoding="utf-8")
    total = len(PIN.findall(content))
    say(f"Installing {total} packages, by hash, from {lock} (a minute or so the first time)")
    if status := install(lock, total):
        return status
    # The stamp that setup.sh compares: written last, so an interrupted setup starts again.
    (VENV / "installed.lock").write_text(content, encoding="utf-8")
    say("Ready")
    return 0


def usable(python: Path) -> bool:
    """Whether an earlier environment still has a working interpreter with pip."""
    check: list[str | Path] = [python, "-c", "import sys, pip; sys.exit(sys.version_info < (3, 11))"]
    return python.exists() and subprocess.run(check, check=False, capture_output=True).returncode == 0


def install(lock: Path, total: int) -> int:
    """Runs pip, telling its progress; its whole output is shown only when it fails."""
    command: list[str | Path] = [PYTHON, "-m", "pip", "install", "--require-hashes", "--progress-bar=off", "-r", lock]
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command,
        env=os.environ | quiet,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as pip:
        assert pip.stdout is not None
        output = list(show_progress(pip.stdout, total))
    if pip.returncode:
        sys.stderr.writelines(output)
        say("The packages could not be installed; pip says why above")
    return pip.returncode


def show_progress(lines: Iterator[str], total: int) -> Iterator[str]:
    """Passes pip's lines on and counts the packages they name."""
    seen = 0
    every = 1 if sys.stdout.isatty() else 20
    for line in lines:
        yield line
        if line.startswith(ONE_MORE):
            seen = min(seen + 1, total)
            if seen % every == 0:
                step(f"  {seen}/{total} fetched")
        elif line.startswith("Installing collected packages"):
            step(f"  {total}/{total} fetched, unpacking\n")


def step(text: str) -> None:
    if sys.stdout.isatty():
        sys.stdout.write(f"\r{text}")
    else:
        sys.stdout.write(text.rstrip() + "\n")
    sys.stdout.flush()


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
