"""Questions of a policy that a force answers about itself once a year, and compares with the year before.

What is sent becomes an entry on a chain of its own; a later entry for the year corrects it. The draft is kept
beside the chain and is no part of the record.
"""
