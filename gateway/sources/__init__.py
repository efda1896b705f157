"""Decorators that wrap any read: cached, coalesced, resilient."""
