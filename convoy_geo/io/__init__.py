"""Files: atomic writes, CSV tables with line and column in errors, formats of other tools."""
