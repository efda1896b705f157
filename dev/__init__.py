"""Helps to build and try the gateway; never shipped."""
