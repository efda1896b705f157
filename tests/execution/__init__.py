"""Compiled execution against the reference: the same schema, run by graphql-core with synchronous resolvers."""
