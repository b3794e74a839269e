"""A case on paper: its summary and its chronology as accessible PDF, for courts, inquests and meetings.

`summary` and `chronology` gather what the reader may see, as blocks; `printing` sets the blocks in a process
of its own (`press`), by the one template `paper.typ`. What was typed reaches the template as JSON text and is
never read as markup.
"""
