"""What it costs to have a system do what was accepted."""
