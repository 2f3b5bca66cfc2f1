"""Dates of reports: EDTF texts, and words such as "last Thursday"."""
