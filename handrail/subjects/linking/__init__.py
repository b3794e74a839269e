"""Who may be one person among millions of records at once: for taking over a back record, and housekeeping.

Splink does it, on DuckDB or on Spark, with the model of the live comparison: every fact of a pair is compared by
the same function, and Splink's levels carry the weight that it gives. What comes of it are proposals for people.

    reading.py    records of a file, as outlines
    gathering.py  outlines and keys in files that a database reads, batch by batch; what is there is not made again
    weighing.py   the comparison of two packed outlines, fact by fact, as a database calls it
    model.py      Splink's settings: one comparison a fact, one level a weight
    blocking.py   which records are compared: those that share a key that few share
    duck.py, spark.py   where it runs
    running.py    the whole, in parts that are done once
"""
