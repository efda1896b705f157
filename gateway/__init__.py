"""The machine room: the ASGI application, sign-in, limits, execution, sources and wiring."""
