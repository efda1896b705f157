"""Card payments by redirect: the acquirer's server and its callbacks."""

from gateway.acquirer.client import AcquirerClient, opened

__all__ = ["AcquirerClient", "opened"]
