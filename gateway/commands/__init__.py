"""Commands of ``python -m gateway``, one module each."""
