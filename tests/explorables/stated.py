"""What an explorable states: its sliders, its answer at the start, the words of its question."""


def slider(module, name):
    (found,) = [control for control in module.explorable.controls if control.name == name]
    return found


def outcome(module):
    explorable = module.explorable
    return explorable.answer(explorable.run(**explorable.start))


def asks(module, *snippets):
    """Fail unless the question holds each snippet; the facts behind them are computed beside."""
    for snippet in snippets:
        assert snippet in module.explorable.ask.text, snippet
