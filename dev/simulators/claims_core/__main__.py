"""python -m dev.simulators.claims_core."""

from dev.simulators.claims_core.simulator import ClaimsCore
from dev.simulators.kit import main

if __name__ == "__main__":
    main(ClaimsCore)
