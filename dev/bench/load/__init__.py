"""The load generator: a process of its own that sends requests, times them and checks every answer."""

from dev.bench.load.job import Burst, Closed, Job, Open, Plan, Sample, Shot

__all__ = ["Burst", "Closed", "Job", "Open", "Plan", "Sample", "Shot"]
