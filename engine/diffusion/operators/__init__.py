"""Operators: ways in which a clean recording becomes an observed one; a family in each file."""
