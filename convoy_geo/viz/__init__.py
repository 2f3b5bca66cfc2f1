"""Drawing: layers, colours, popups, pictures and plots."""
