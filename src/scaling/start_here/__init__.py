"""Start here: the map of the course, and a first exercise (module 0)."""
