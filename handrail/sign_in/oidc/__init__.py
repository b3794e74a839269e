"""Sign-in by OpenID Connect at issuers, each of which is trusted for one organisation."""
