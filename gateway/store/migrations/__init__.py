"""Revisions of the tables, in ``versions``; forward only."""
