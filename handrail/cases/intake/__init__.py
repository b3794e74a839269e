"""Somebody outside who refers: how often, whether their email address is theirs, what came from them before.

Nothing here decides anything. Limits delay a sender and never lose what was typed; the rest is shown to
whoever assesses. No address is kept here in clear: only what a secret of the installation makes of it.
"""
