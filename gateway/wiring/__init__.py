"""Where the product meets the legacy systems: the only package that names adapters.

A read goes in or out of a cache, a breaker or a fault by one row in ``reading``; nothing above or below has to change.
"""

from gateway.wiring.journal import Core, connect_journal
from gateway.wiring.parts import ADAPTER_SETTINGS, Telemetry
from gateway.wiring.reading import Connected, connect
from gateway.wiring.warming import connect_warm_up
from gateway.wiring.writing import Written, connect_commands

__all__ = [
    "ADAPTER_SETTINGS",
    "Connected",
    "Core",
    "Telemetry",
    "Written",
    "connect",
    "connect_commands",
    "connect_journal",
    "connect_warm_up",
]
