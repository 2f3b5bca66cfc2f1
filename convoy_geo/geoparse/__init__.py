"""Texts as places: words that name one, what for, and which of its namesakes is meant."""
