"""Analysis of claims: ledgers, source dependence, distances, verdicts, and consistency."""
