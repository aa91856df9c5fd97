"""Help: the user guide in a window of its own, read from resources/guide."""
