"""A concern from its first contact to its last review: referral, case, step, deadline. One story, one transaction."""
