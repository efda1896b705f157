"""The load generator: a process of its own that sends requests, times them and checks every answer."""

from dev.bench.load.job import Alternating, Burst, Closed, Job, Once, Open, Phase, Plan, Rush, Sample, Shot

__all__ = ["Alternating", "Burst", "Closed", "Job", "Once", "Open", "Phase", "Plan", "Rush", "Sample", "Shot"]
