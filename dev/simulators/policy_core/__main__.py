"""Runs the core as a process: python -m dev.simulators.policy_core."""

from dev.simulators.kit import main
from dev.simulators.policy_core.simulator import PolicyCore

main(PolicyCore)
