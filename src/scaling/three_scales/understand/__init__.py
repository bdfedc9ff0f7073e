"""Understand, the first part of exercise 5: what its checks hold is about three scales."""
