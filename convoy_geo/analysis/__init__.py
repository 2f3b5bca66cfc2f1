"""What each side says: ledger, contradictions, and who rests on whom."""
