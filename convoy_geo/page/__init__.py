"""The publishable page of a case: texts as tables, the map as a document.

tables    every place, route and claim as HTML that works without JavaScript
layers    the map features in compact form; the text of a card is a row of a table
records   further data for the page's script: times, sides, ledgers, conflicts
casepage  everything combined in one file
"""
