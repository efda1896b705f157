"""python -m dev.simulators.acquirer."""

from dev.simulators.acquirer.simulator import Acquirer
from dev.simulators.kit import main

if __name__ == "__main__":
    main(Acquirer)
