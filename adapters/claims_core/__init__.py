"""The claims core: claims, required documents, referrals. REST with OAuth2."""
