"""Time geography: which places can be reached in time, and whether a claim is feasible."""
