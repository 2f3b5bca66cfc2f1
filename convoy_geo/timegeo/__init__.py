"""Time geography: what could be reached, and could this claim be true."""
