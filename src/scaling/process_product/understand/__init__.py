"""Questions on process and product that ask for understanding, on services of other kinds."""
