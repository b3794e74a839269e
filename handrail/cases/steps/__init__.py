"""Every act on a case: refer, take a step, hand over, change policy."""
