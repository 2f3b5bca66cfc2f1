"""Export a case to the formats of other tools, and import rows from them."""
