"""Maps of where something moved when the reports disagree."""

__version__ = "0.1.0"
