"""Rules for contradictions between pairs of claims."""
