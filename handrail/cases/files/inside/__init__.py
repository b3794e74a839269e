"""Inspection of an uploaded file, run as a separate process with little memory and no database.

Nothing in here imports Django. `python -m handrail.cases.files.inside` reads the file from its standard input
and prints its kind, or why it is refused, as JSON.
"""
