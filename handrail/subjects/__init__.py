"""The subjects of concerns: one row for each time a person is referred; rows are never merged."""
