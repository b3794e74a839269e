"""Questions of a policy that a force answers about itself once a year, and compares with the year before.

What was sent is an entry on a chain of the answers' own; a later one of the same year corrects it. A draft is
kept beside it and is no part of the record.
"""
