"""The ledger: append-only entries, one chain for each record, under signed heads that are kept outside."""
