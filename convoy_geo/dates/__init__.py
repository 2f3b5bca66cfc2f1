"""Dates in reports: EDTF, and phrases such as "last Thursday"."""
