"""Simulators of the three legacy systems: development helps, never shipped."""
