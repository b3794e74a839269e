"""Looks over the code and what it stands on, in seconds and without any network. `make audit` runs it.

`clocks`, `code`, `pages`, `pins`, `rooms`, `shape` and `words` each give what is wrong, a sentence each;
`materials` writes down what is in it. What is not audited here is said in docs/security/audits.md.
"""
