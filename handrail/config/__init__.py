"""The settings, database, addresses and log of this installation."""
