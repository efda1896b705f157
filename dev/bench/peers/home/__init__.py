"""The home screen over the simulated systems, as plain Strawberry would have it: each field asks for itself.

Nothing is batched across parents and nothing shared between fields; only valuations are kept in a dictionary, since the
engine would refuse so many jobs. The protocols are those of the bench's reference: bare aiohttp, lxml, orjson.
"""
