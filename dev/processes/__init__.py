"""Child processes that never outlive the process that wants them."""

from dev.processes.child import Child, ChildFailed, stop_all

__all__ = ["Child", "ChildFailed", "stop_all"]
