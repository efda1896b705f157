"""The insurer's clients and all they have, from a seed, made on looking; read by all three simulators."""

from dev.simulators.population.population import Population, population_on

__all__ = ["Population", "population_on"]
