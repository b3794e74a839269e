"""Organisations from the nation to teams and partner bodies, with people and the posts that they hold."""
