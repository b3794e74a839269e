"""Forms that a person without an account answers by a link: once, with a code, until a date.

Records of any kind may ask this way. Their room registers a `Receiver`, which says which form a link shows
and records the answer on the record's chain; this room does everything else. The link goes by email and the
code by another way, so that access to the mailbox is not enough to read the form.
"""
