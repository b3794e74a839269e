"""Documents of any record, and notes on a case: list, add, download."""
