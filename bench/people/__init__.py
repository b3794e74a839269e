"""Made-up people of the communities of the United Kingdom, and how they are asked for with every error.

Everything is drawn from one seed. The lists of names in `origins/` were written for this; nobody is real.
"""
