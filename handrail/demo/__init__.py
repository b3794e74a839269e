"""A made-up country to try things in. Never in production."""
