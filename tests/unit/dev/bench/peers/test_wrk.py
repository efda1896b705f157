"""What wrk says, and when that is no measurement."""

import pytest

from dev.bench.peers.wrk import Shots, WrkFailed, parsed

OUTPUT = """\
Running 1s test @ http://127.0.0.1:1/graphql
  1 threads and 32 connections
  4000 requests in 2.00s, 12.00MB read

{"requests": 4000, "seconds": 2.000000, "bytes": 12000000, "failed": 0, "p50_ms": 7.500000, "p99_ms": 11.250000}
"""
SHOTS = Shots(requests=4000, seconds=2.0, bytes=12_000_000, failed=0, p50_ms=7.5, p99_ms=11.25)


def test_the_line_of_the_script_is_read() -> None:
    assert parsed(OUTPUT) == SHOTS
    assert SHOTS.rate == 2000


@pytest.mark.parametrize("output", ["", "unable to connect to 127.0.0.1:1 Connection refused\n"])
def test_without_that_line_nothing_was_measured(output: str) -> None:
    with pytest.raises(WrkFailed, match="nothing that can be read"):
        parsed(output)


def test_whole_answers_are_no_fault() -> None:
    assert SHOTS.fault(2990) is None


@pytest.mark.parametrize(
    ("shots", "said"),
    [
        (Shots(4000, 2.0, 12_000_000, 3, 7.5, 11.25), "3 of 4000 requests failed"),
        (Shots(0, 2.0, 0, 0, 0.0, 0.0), "no answer at all"),
        (Shots(4000, 2.0, 400_000, 0, 7.5, 11.25), "answers of 100 bytes, whole ones have 2990"),
    ],
)
def test_failures_and_short_answers_are(shots: Shots, said: str) -> None:
    assert shots.fault(2990) == said
