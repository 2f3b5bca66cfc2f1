"""What is drawn, and how: layers, colours, popups, pictures."""
