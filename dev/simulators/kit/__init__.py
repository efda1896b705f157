"""What every simulated legacy system is built from: faults, counters, clock, admin port, runner."""

from dev.simulators.kit.calls import Calls
from dev.simulators.kit.clock import MOSCOW, Clock
from dev.simulators.kit.faults import CONTENT_FAULTS, WIRE_FAULTS, Fault, InvalidSwitch, Switch
from dev.simulators.kit.ledger import Ledger
from dev.simulators.kit.reply import Reply
from dev.simulators.kit.runner import Handle, main, running
from dev.simulators.kit.simulator import Operation, Options, Simulator
from dev.simulators.kit.switchboard import NO_FAULTS, Draw, Switchboard, rows

__all__ = [
    "CONTENT_FAULTS",
    "MOSCOW",
    "NO_FAULTS",
    "WIRE_FAULTS",
    "Calls",
    "Clock",
    "Draw",
    "Fault",
    "Handle",
    "InvalidSwitch",
    "Ledger",
    "Operation",
    "Options",
    "Reply",
    "Simulator",
    "Switch",
    "Switchboard",
    "main",
    "rows",
    "running",
]
