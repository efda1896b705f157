"""What was accepted and has to happen, however long a system is away."""
