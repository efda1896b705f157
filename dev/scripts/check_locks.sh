#!/bin/sh
# A lock file names packages, versions and hashes; never where somebody happened to fetch them.
set -eu
cd "$(dirname "$0")/../.."

if grep -nE '://|"resolved"|--(extra-)?index-url|--find-links|file:' \
    requirements/*.lock $(find web dev -name package-lock.json -not -path '*/node_modules/*'); then
    echo "These lock file lines name a host or a local path; regenerate them with 'make lock'." >&2
    exit 1
fi
