"""Signing in with what an organisation has.

OpenID Connect, each issuer bound to the organisation that it speaks for.
"""
