"""Referrals from a file: a table is read, its columns are matched, and each row becomes a case or an error."""
