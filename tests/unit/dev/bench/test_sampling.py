"""Sampling where a program spends its time."""

import json
import signal
import sys
from pathlib import Path

from dev.bench import profile
from dev.bench.sampling import Sampler, shortened


def test_a_sample_counts_who_runs_and_who_called(tmp_path: Path) -> None:
    sampler = Sampler()

    def inner() -> None:
        sampler._sample(signal.SIGPROF, sys._getframe())

    inner()
    inner()
    sampler.save(tmp_path / "out.json")
    found = json.loads((tmp_path / "out.json").read_bytes())
    name = "tests/unit/dev/bench/test_sampling.py:test_a_sample_counts_who_runs_and_who_called"
    assert found["samples"] == 2
    assert found["own"] == {f"{name}.<locals>.inner": 2}
    assert found["whole"][name] == 2
    assert found["packages"]["tests"] == 2


def test_what_was_sampled_before_the_warm_up_ended_is_forgotten(tmp_path: Path) -> None:
    sampler = Sampler()
    sampler._sample(signal.SIGPROF, sys._getframe())
    sampler.reset()
    sampler.save(tmp_path / "out.json")
    assert json.loads((tmp_path / "out.json").read_bytes()) == {
        "samples": 0,
        "own": {},
        "whole": {},
        "packages": {},
    }


def test_places_lose_the_folders_above() -> None:
    assert shortened("/opt/venv/lib/python3.11/site-packages/aiohttp/web.py") == "aiohttp/web.py"
    assert shortened(json.__file__) == "json/__init__.py"
    assert shortened(__file__) == "tests/unit/dev/bench/test_sampling.py"
    assert shortened("<string>") == "<string>"


def test_times_are_added_up_by_package_and_module() -> None:
    counted = {
        "gateway/clock.py:SystemClock.now": 2,
        "gateway/clock.py:SystemClock.monotonic": 1,
        "aiohttp/web.py:run": 4,
        "json/__init__.py:loads": 8,
    }
    assert profile.by_package(counted) == {"gateway": 3, "aiohttp": 4, "json": 8}
    assert profile.by_module(counted) == {"gateway/clock.py": 3}
