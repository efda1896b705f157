"""Logs, metrics and reference ids; never personal data."""
