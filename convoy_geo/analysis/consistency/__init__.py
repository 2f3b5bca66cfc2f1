"""Consistency of claims: minimal conflicts, minimal repairs, and their consequences."""
