"""What others wrote down, as it is understood: dates, postcodes, telephones, and tables in files.

Every part of the product that meets such text reads it here, so that no two parts understand it differently.
Knows no Django and nothing of the domain.
"""
