"""The shell around every page: layout, signing in and out, errors, and what is said of the service."""
