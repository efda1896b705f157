"""GraphQL types: what is shown, and to whom."""
