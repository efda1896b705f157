"""In-memory stand-ins for the ports, and domain objects to fill them with."""
