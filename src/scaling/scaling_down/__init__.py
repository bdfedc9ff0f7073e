"""Scaling down: what distance costs, what chance gives the small, what sharing saves (module 4)."""
