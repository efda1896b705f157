"""What people get: a mail server and an SMS gateway that keep everything, and a page to read it on."""

from dev.simulators.messages.simulator import Messages

__all__ = ["Messages"]
