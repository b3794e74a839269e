"""Access to records: grants, exclusions, the current user in the database, the log of reads, audiences."""
