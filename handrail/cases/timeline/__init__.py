"""Timeline of a case: its entries in words, and what follows from them."""
