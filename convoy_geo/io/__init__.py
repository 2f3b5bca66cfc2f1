"""Files: atomic writes, tables with line and column, and the formats of other tools."""
