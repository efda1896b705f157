"""The ways to a person: mail and SMS."""

from gateway.channels.sending import Channels, opened

__all__ = ["Channels", "opened"]
