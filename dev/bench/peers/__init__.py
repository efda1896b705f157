"""Measures the gateway beside other GraphQL servers: ``make bench-peers``, or ``python -m dev.bench.peers``."""
