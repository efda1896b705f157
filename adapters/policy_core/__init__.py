"""The policy core: persons, policies, instalments, documents. SOAP 1.1."""
