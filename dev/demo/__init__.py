"""The whole product on one machine: simulators, Valkey and the gateway as processes, tokens to sign in with."""

from dev.demo.options import Options
from dev.demo.stack import Stack

__all__ = ["Options", "Stack"]
