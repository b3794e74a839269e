"""How large a demonstration can be, in referrals over two years."""

USUAL = 1_500
NATION = 13_000
