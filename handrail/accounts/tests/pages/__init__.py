"""A file for each page of the room: it works, what others get, and how many queries it makes."""
