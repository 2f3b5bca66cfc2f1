"""Propose the first rows of a case from the texts of reports, for a person to review."""
