"""Understand, the first part of exercise 4: what its checks hold is about scaling down."""
