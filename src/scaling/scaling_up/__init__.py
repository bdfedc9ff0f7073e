"""Scaling up: why the best pilot disappoints, how ideas spread, and who is ready (module 1)."""
