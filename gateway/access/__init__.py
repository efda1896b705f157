"""Who is calling and what they may reach: tokens, keys, viewers."""
