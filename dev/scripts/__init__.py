"""What the make targets run: set-up, locks, the page build and the checks on them."""
