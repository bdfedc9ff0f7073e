"""Capstone: what will you tell the ministry? (module 6, built on the models of all others)."""
