"""Invertible time-frequency maps; tensors in, tensors out."""
