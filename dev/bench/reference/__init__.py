"""What the gateway is compared with: a bare aiohttp script, as somebody would write it by hand for these screens.

The same upstream calls with the same bytes, each screen's fields and no others, calls side by side where they can be.
No schema, no access rules, no checks of what the systems say, no retries, no cache but a dictionary, no logs, no
metrics, and no HTTP of its own: its time ends when the bytes of the answer are there.
"""
