"""How well people are found again: the live method beside Splink and trigram search, in the same run.

`python -m bench.match` makes its own people (`bench/people`); `--data FOLDER` asks in files as well.
"""
