"""The typed shape of every TOML file in a policy pack.

Every part carries its `source`: the id of an entry in the pack's `sources`. The id `local-choice` marks a
value that the national source leaves open, so that nobody mistakes it for national policy.
"""
