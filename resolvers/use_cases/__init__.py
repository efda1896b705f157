"""What people do, step by step, over the ports of the domain."""
