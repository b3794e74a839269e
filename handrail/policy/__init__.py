"""Policy packs: national policy as data, read into frozen objects, and what follows. No Django here."""
