"""Pages of shares, summaries, redacted versions and paper."""
