"""Understand, the first part of exercise 6: what its checks hold is about all lessons together."""
