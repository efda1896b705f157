"""The life valuation system: terms, valuations, strategies. A one-endpoint API and a nightly file."""
