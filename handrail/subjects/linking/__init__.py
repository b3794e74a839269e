"""Who may be one person among millions of records at once: to take over a back record, and for housekeeping.

Splink links the records, on DuckDB or on Spark, with the weights of the live comparison: the function of the
live comparison compares every fact of a pair, and Splink's levels carry its weight. The result is proposals.

    reading.py    the records of a file, or those in Handrail
    gathering.py  outlines and keys in files that a database reads, batch by batch; no batch is made twice
    weighing.py   the comparison of two packed outlines, fact by fact, as a database calls it
    model.py      Splink's settings: one comparison for each fact, one level for each weight
    blocking.py   which records are compared: those that share rare keys
    duck.py, spark.py   the two backends; java.py starts Spark's Java
    running.py    a whole run, in parts that are each done once
    proposing.py  the output: rows of a file, or the queue in Handrail

While a run lasts, its folder holds personal data: the user who names the folder has to protect it.
"""
