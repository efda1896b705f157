"""Policies renewed by their holders."""
