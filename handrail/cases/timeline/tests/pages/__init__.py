"""Page tests, a file for each page: it works, what other users get, and its number of queries."""
