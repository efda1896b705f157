"""Runs the engine as a process: python -m dev.simulators.life_valuation."""

from dev.simulators.kit import main
from dev.simulators.life_valuation.simulator import LifeValuation

main(LifeValuation)
