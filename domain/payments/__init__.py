"""Money that customers pay online."""
