"""One file for each page of the room: that it works, what other users get, and its number of queries."""
