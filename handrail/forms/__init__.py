"""Forms: from questions to fields on a page, and from typed values to answers, in one way for every room."""
