"""The policy core, simulated: SOAP 1.1 in windows-1251, as adapters/policy_core/contract says."""
