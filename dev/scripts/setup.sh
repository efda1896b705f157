#!/bin/sh
# Fills .venv from requirements/dev.lock. Costs milliseconds when nothing has changed.
set -eu
cd "$(dirname "$0")/../.."

lock=requirements/dev.lock
if [ -x .venv/bin/python ] && cmp -s "$lock" .venv/installed.lock; then
    exit 0
fi

# 3.11 to 3.14 first: every locked package has wheels for them. PYTHON=... overrides the choice.
without_venv=
for python in ${PYTHON:-} python3.14 python3.13 python3.12 python3.11 python3 python; do
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
    if "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        exec "$python" dev/scripts/setup_venv.py "$lock"
    fi
    without_venv=${without_venv:-$python}
done

if [ -n "$without_venv" ]; then
    version=$("$without_venv" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    echo "Python $version is here, but cannot make virtual environments." >&2
    echo "On Debian and Ubuntu:  apt install python$version-venv" >&2
else
    echo "Python 3.11 or newer is needed and was not found." >&2
    echo "  Debian, Ubuntu:  apt install python3 python3-venv" >&2
    echo "  Fedora:          dnf install python3" >&2
    echo "  macOS:           brew install python@3.13" >&2
    echo "One in an unusual place:  make setup PYTHON=/path/to/python3" >&2
fi
exit 1
