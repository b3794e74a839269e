"""Pages and acts for documents and notes on a case: list, add, download."""
