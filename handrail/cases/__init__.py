"""A concern from first contact to last review: referral, case, step, deadline. One story, one transaction."""
