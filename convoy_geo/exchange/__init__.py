"""A case out to the formats of other tools, and rows for a case in from them."""
