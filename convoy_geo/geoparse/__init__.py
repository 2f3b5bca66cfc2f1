"""Geoparsing: find the place names in a text, their roles, and the places they denote."""
