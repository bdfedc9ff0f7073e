"""Scaling up: the best pilot, who is ready, and how ideas spread (both lessons of module 1)."""
