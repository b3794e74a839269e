"""How this installation runs: its settings, its database, its addresses, its log."""
