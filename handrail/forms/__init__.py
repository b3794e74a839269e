"""From questions to fields on a page, and from what was typed to answers: one way for every room."""
