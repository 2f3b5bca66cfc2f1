"""Cases on disk: read, validate and write them."""
