"""The record: entries that can only be added, one chain a case, and heads over all of them kept outside."""
