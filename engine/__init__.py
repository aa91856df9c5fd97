"""Runout's engine: recordings in, restored recordings out; runs without a screen."""
