"""A form half filled in."""
