"""What each side says: ledger, contradictions, who rests on whom, and what can be true together."""
