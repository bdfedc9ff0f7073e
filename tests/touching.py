"""Clicks, drags and draws all that can be touched, in one of the two homes.

``python touching.py folder`` is the web edition without a browser: its stand-ins take the place of
what JupyterLab has. It prints what ``told`` returns, as JSON.
"""

import json
import os
import sys
from pathlib import Path


def told():
    """What the page says after each point that is clicked or dragged, and each line."""
    from scaling.explorable import all_explorables
    from scaling.explorable.frame import Frame

    found = {}
    for key, explorable in all_explorables().items():
        if explorable.draw is not None:
            found[f"{key} drawn"] = drawn(explorable)
        if explorable.rounds is not None:
            found[f"{key} rounds"] = funded(explorable)
        if not explorable.touch:
            continue
        frame = Frame(explorable)
        frame.reveal()
        for number, drag in enumerate(explorable.drags):
            (slider,) = [one for one in explorable.controls if one.name == drag.control]
            moved = {"moved": {"handle": number, "value": slider.high, "turn": 1}}
            (frame.handles.take if hasattr(frame.handles, "take") else frame.handles.set_state)(
                moved
            )
            found[f"{key} {drag.control}"] = said(frame)
        for touch in (each for each in explorable.touch if each not in explorable.drags):
            for trace, values in touch.points(frame.result).items():
                for point in sorted({0, len(values) - 1}):
                    click(frame.picture, trace, point)
                    found[f"{key} {trace} {point}"] = said(frame)
    return found


def said(frame):
    """What an explorable says now: its sentence, all figures in words, and its table."""
    from scaling.widgets import screen

    while screen.waiting:  # In the web edition a table follows its picture.
        screen.waiting.popitem()[1]()
    panel = frame.text_panel
    return [panel.words, panel.more, str(panel.table)]


def drawn(explorable):
    """Draw a rising line and commit it: what is said of it, and how it is drawn in the picture."""
    from scaling.explorable.frame import Frame

    frame = Frame(explorable)
    question, draw = frame.question, explorable.draw
    line = [draw.low + draw.step * number for number in range(len(draw.x))]
    if hasattr(question.answer, "take"):
        question.answer.take({"line": line})
        question.commit.receive({"event": "click"})
    else:
        question.answer.set_state({"line": line})
        question.commit.click()
    figure = json.loads(frame.picture.figure)
    labels = [note["text"] for note in figure["layout"]["annotations"]]
    return [str(question.children[0].value), figure["layout"]["shapes"][-1]["path"], labels]


def funded(explorable):
    """Choose a card in every round, in the words of the script: what the page shows after each."""
    from scaling.explorable.frame import Frame

    panel = Frame(explorable).rounds
    seen = [panel.state]
    for number in range(explorable.rounds.many):
        content = {"event": "chosen", "round": number, "place": number}
        if hasattr(panel, "receive"):
            panel.receive(content)
        else:
            panel._handle_custom_msg(content, [])
        seen.append(panel.state)
    return seen


def click(picture, trace, point):
    """Click a point of a picture, in the words of each home's own script."""
    content = {"trace": trace, "points": [point]}
    if hasattr(picture, "receive"):
        picture.receive(content)
        return
    picture._handle_custom_msg(content, [])


if __name__ == "__main__":
    from scaling.web import instead

    instead.put_in_place()
    os.environ["SCALING_PREDICTIONS"] = str(Path(sys.argv[1]) / "predictions.json")
    print(json.dumps(told()))
