"""A policy renewed: a choice that is priced, signed, agreed with the policy core, and paid."""
