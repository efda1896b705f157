"""The life valuation engine, simulated from adapters/life_valuation/contract/."""
