"""Notices to users, shown in the application always and mailed as each user chooses."""
