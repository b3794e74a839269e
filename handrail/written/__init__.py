"""Parsers for text as people and systems write it: dates, postcodes, telephones, and tables in files.

Every part of the product that reads such text uses this room, so that all understand it alike. No Django
and nothing of the domain here.
"""
