"""The `Case` facade over a case's data and analyses."""
