"""Data sets and the training of models; imports the engine only."""
