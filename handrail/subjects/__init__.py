"""Who a concern is about. One row for each time somebody is referred; rows are never merged."""
