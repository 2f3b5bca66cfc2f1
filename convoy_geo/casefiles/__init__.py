"""A case on disk: read it, check it, write it."""
