"""Two engines for shortest ways, the same answers from both: scipy, and the extra fast."""
