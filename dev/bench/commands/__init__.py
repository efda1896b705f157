"""What it costs to accept what customers wish, and to have a system do it."""
