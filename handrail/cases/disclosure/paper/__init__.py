"""Records on paper: the timeline of any, and a case in short, as accessible PDF for courts and meetings.

`summary` and `chronology` gather what the reader may see, as blocks. `printing` sets the blocks with the
template `paper.typ`, in a process of its own (`press`). Text typed by users reaches the template as JSON
and is never read as markup.
"""
