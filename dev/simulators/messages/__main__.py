"""python -m dev.simulators.messages."""

from dev.simulators.kit import main
from dev.simulators.messages.simulator import Messages

if __name__ == "__main__":
    main(Messages)
