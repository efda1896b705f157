"""One schema over data in memory, served by each peer in its own way: what a request costs apart from any system."""
