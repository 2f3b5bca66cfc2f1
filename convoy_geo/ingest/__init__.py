"""From the texts of reports to the first rows of a case, for a person to go through."""
