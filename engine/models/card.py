"""Card, as networks and those who train them know it; it lives where no torch is loaded."""

from engine.card import Card

__all__ = ["Card"]
