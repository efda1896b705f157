"""Measures the gateway beside other GraphQL servers, in one run: ``make bench-peers``, or ``python -m dev.bench.peers``."""
