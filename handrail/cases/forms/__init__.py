"""Forms: from the questions of a pack to fields on a page, and from typed input to answers."""
