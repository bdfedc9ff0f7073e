"""What the course's pages import of IPython, without IPython."""


def get_ipython() -> None:
    """Return None: there is no shell."""
