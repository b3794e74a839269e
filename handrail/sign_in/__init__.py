"""Signing in: sessions, passwords, second factors, outside identities, and how long a proof lasts."""
