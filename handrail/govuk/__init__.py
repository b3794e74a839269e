"""The design system: fields, macros and the built style sheet. No domain words."""
