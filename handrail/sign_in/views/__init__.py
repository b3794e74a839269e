"""Views of signing in."""
