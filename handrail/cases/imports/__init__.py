"""Referrals from a file: a table is read, its columns matched, each row becomes a case or an error."""
