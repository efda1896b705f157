"""What can be chosen about a run."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["Options", "parse"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Units: ``latency_ms`` in milliseconds a legacy call, ``job_ms`` a valuation job, as the engine spells it."""

    port: int = 8000
    seed: int = 1
    latency_ms: float = 50
    job_ms: str = "300-800"
    verbose: bool = False


def parse(argv: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ) -> Options:
    """Read the command line; ``PORT`` of the environment is the default of ``--port``."""
    parser = argparse.ArgumentParser(prog="python -m dev.demo", description=__doc__, allow_abbrev=False)
    usual = Options()
    default = environ.get("PORT") or str(usual.port)
    parser.add_argument("--port", type=port, default=default, help="of the gateway (PORT=... does the same)")
    parser.add_argument("--seed", type=int, default=usual.seed, help="of the population")
    parser.add_argument("--latency-ms", type=float, default=usual.latency_ms, help="of every legacy call")
    parser.add_argument("--job-ms", default=usual.job_ms, help="how long a valuation takes: 150 or 2000-8000")
    parser.add_argument("--verbose", action="store_true", help="show where the logs are")
    return Options(**vars(parser.parse_args(argv)))


def port(text: str) -> int:
    """Read a port. Raises: ``ArgumentTypeError``."""
    if not text.isdecimal() or not 1 <= int(text) <= 65_535:
        raise argparse.ArgumentTypeError(f"PORT must be a number from 1 to 65535, not {text!r}")
    return int(text)
