"""What leaves a case: shares, redacted versions, paper."""
