"""Questions on size and context that ask for understanding, on services of other kinds."""
