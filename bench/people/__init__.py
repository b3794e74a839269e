"""Made-up people of the communities of the United Kingdom, and queries for them with every kind of error.

Everything is drawn from one seed. The lists of names in `origins/` were written for this; nobody is real.
"""
