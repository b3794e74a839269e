"""Views of the access room."""
