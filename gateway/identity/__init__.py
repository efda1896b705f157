"""Who somebody is: passwords, tokens, codes, attempts and picture codes."""
