"""Checks over the code and its dependencies, in seconds and without network. `make audit` runs them.

`clocks`, `code`, `pages`, `pins`, `rooms`, `shape` and `words` each yield faults, one sentence each.
`materials` writes the bill of materials. What is not audited here stands in docs/security/audits.md.
"""
