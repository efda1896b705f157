#!/bin/sh
# Writes requirements/*.lock: one set of pins and hashes for every platform, without any registry's address.
# More arguments go to uv, such as --upgrade or --upgrade-package aiohttp.
set -eu
cd "$(dirname "$0")/../.."

if ! command -v uv >/dev/null; then
    echo "uv is needed to write lock files:  pipx install uv  (or: pip install uv)" >&2
    exit 1
fi

compile() {
    echo "Writing $1"
    output=$1
    shift
    uv --no-config pip compile pyproject.toml --quiet --universal --generate-hashes --no-emit-index-url --no-header \
        --output-file "$output" "$@" >/dev/null
}

compile requirements/runtime.lock "$@"
compile requirements/dev.lock --group dev "$@"

.venv/bin/python -m dev.scripts.lock_npm "$@"
