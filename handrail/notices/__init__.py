"""Who is told what, and when: in the application always, by mail as each person chooses."""
