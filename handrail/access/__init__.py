"""Who may do and see what: grants, exclusions, who asks in the database, the log of reads, audiences."""
