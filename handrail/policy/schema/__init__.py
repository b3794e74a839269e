"""What a policy pack may say: the typed shape of every TOML file in it.

Every part carries its `source`: the id of an entry in the pack's `sources`. The id `local-choice` marks a
value that the national source leaves open, so that nobody mistakes it for national policy.
"""
