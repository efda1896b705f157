"""The policy core's operations: records in their own spelling in and out, every failure a ``SourceError``."""

from adapters.policy_core.client.document import DocumentBody
from adapters.policy_core.client.operations import Client

__all__ = ["Client", "DocumentBody"]
