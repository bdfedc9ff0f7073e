"""What the course imports of ``IPython.core``, without IPython."""
