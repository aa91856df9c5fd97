"""Wizard: what a window asks of a user who trains a model on discs of their own, without any Qt.

plan.py says what is wanted; every other file is one step from there to a published model.
"""
