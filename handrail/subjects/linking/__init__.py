"""Who may be one person among millions of records at once: to take over a back record, and for housekeeping.

Splink does it, on DuckDB or on Spark, with the model of the live comparison: every fact of a pair is compared
by the same function, and Splink's levels carry the weight that it gives. What comes of it are proposals.

    reading.py    the records of a file, or those that Handrail holds
    gathering.py  outlines and keys in files that a database reads, batch by batch; none is made twice
    weighing.py   the comparison of two packed outlines, fact by fact, as a database calls it
    model.py      Splink's settings: one comparison a fact, one level a weight
    blocking.py   which records are compared: those that share keys that few share
    duck.py, spark.py   where it runs; java.py starts Spark's Java
    running.py    the whole, in parts that are done once
    proposing.py  what came of it: rows of a file, or the queue in Handrail

What is known of people lies in the folder of the work while it lasts: whoever names it looks after it.
"""
