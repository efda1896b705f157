"""The policy core's journal, followed: one process at a time, from where the last one stopped."""
