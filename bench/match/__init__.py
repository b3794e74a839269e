"""Measure matching: the live method beside Splink and trigram search, in one run.

`python -m bench.match` makes its own people (`bench/people`); `--data FOLDER` also runs on files.
"""
