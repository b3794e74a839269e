"""Referrers from outside: rate limits, confirmed email addresses, and earlier referrals by a contact.

Nothing here decides anything. Limits delay a sender and never lose what was typed; the rest is shown to the
user who assesses the referral. No address is stored in clear, only a digest made with a secret of the
installation.
"""
