"""A case as the page that people publish: its words as tables, its drawing as a document.

tables    every place, route and claim as HTML that reads without JavaScript
layers    what is drawn, packed small; the words of a card are a row of a table
records   what the page's script needs besides: times, sides, ledgers, who disagrees with whom
casepage  all of it as one file
"""
