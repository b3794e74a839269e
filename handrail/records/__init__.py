"""What every kind of record shares, whichever room keeps it: a case, a register entry, and later ones."""
