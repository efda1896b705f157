"""One suite for every read, whoever answers it."""
