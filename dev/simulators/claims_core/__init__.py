"""The claims core, simulated from adapters/claims_core/contract/openapi.yaml."""

from dev.simulators.claims_core.simulator import ClaimsCore

__all__ = ["ClaimsCore"]
