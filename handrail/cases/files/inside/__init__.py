"""What looks into a file that arrived, in a process of its own that has no database and little room.

Nothing in here imports Django. `python -m handrail.cases.files.inside` reads the file from its standard
input and says on its output what it is, or why it is not taken.
"""
