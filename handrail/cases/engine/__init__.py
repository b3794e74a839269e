"""How a case changes: an act is folded into its columns and written with its entry."""
