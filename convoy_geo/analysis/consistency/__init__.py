"""What can be true together: minimal conflicts, minimal repairs, and what follows from them."""
