"""Batch functions: how the graph is put together over the ports."""
