"""Questions on scaling up that ask for understanding, on services of other kinds."""
