"""What stands in the registers of a pack: matters that are about nobody, each with a record of its own."""
