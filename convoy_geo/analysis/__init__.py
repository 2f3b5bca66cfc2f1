"""What each side says: ledger, who rests on whom, and what can be true together."""
