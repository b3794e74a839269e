"""From the questions of a pack to fields on a page, and from what was typed to answers."""
