"""Payments: begun by the customer, carried out by the worker."""
