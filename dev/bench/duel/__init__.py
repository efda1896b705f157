"""One viewer, served in turn by the gateway and by the script it is compared with, in one process and one run."""

from dev.bench.duel.job import Arm, Duel, Round, Turn, Visitor

__all__ = ["Arm", "Duel", "Round", "Turn", "Visitor"]
