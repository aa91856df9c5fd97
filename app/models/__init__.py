"""Model manager: what models there are, whether they are whole, and which one does better."""
