"""How a case changes: an act is folded into the case's columns and written with its ledger entry."""
