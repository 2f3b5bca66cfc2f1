"""The words that a page and the commands show."""
