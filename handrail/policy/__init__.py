"""Policy packs: national policy as data, read into frozen objects, and its pure functions. No Django."""
