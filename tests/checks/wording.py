"""What a check says: its meaning and all hints, for tests that compute the facts beside."""


def says(check, *snippets):
    """The words of a check (its meaning and all hints); fails unless they hold the snippets."""
    words = " ".join([check.meaning, *check.slips])
    for snippet in snippets:
        assert snippet in words, snippet
    return words
