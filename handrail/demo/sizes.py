"""Sizes of a demonstration, in referrals over two years."""

USUAL = 1_500
NATION = 13_000
