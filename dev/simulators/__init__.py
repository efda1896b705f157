"""Simulators of the three legacy systems, and of mail and SMS: development helps, never shipped."""
