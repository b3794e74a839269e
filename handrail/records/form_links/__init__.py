"""A form that somebody without an account answers by a link: once, with a code, until a day.

Any kind of record may ask so. Its room says by a `Receiver` which form a link shows and takes what was
answered onto the record's own chain; everything else stands here. The link goes by email and the code by
another way, so that whoever reads a mailbox, or a mail that was forwarded, reads no form.
"""
