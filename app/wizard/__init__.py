"""Wizard: training a model on discs of one's own, page by page; its engine is training.wizard."""
