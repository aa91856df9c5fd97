"""Docks, one a file."""
