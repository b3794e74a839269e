"""Documents and notes on a case: what is taken, what a file really is, where it lies, who gets it back."""
