"""The GraphQL transport and the other routes."""
