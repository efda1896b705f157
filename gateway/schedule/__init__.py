"""What the gateway does at its times, without being asked."""
