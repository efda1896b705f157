"""How large a request may be: bodies, depth, breadth, aliases."""
