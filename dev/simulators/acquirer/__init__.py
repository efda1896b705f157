"""The acquirer: a payment page, signed callbacks, and a server to ask what became of an order."""

from dev.simulators.acquirer.simulator import Acquirer

__all__ = ["Acquirer"]
