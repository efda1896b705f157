"""Which documents are run: the lists that applications bring with them, and those that clients leave by their hash."""
