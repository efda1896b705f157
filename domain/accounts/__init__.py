"""Accounts: who signs in, how they came to be registered, and what they have agreed to."""
