"""Measures the gateway as processes on this machine: ``make bench``, or ``python -m dev.bench``."""
