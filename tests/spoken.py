"""What a screen reader is told of an explorable: the same in JupyterLab and in the web edition."""

import json

from scaling.explorable import Choice, Paste, Rows, Slider
from scaling.widgets.player import names_of_player
from scaling.widgets.screen import names_of_parts

ROLES = {Slider: "slider", Choice: "combobox", Paste: "textbox", Rows: "group"}
# Only JupyterLab has a second field beside a slider, in which its number can be typed.
TYPED = ", typed"
LINE = "You said "  # the number line under some of the verdicts
# Nodes of these roles count if they have a name. A status has none, and is spoken by itself.
NAMED = {*ROLES.values(), "heading", "DisclosureTriangle", "button", "image"}


def tree(page, selector):
    """Role and name of every node that chromium hands to a screen reader, inside an element."""
    client = page.context.new_cdp_session(page)
    expression = f"document.querySelector({json.dumps(selector)})"
    found = client.send("Runtime.evaluate", {"expression": expression})
    nodes = client.send("Accessibility.queryAXTree", {"objectId": found["result"]["objectId"]})
    client.detach()
    return [
        (node["role"]["value"], node.get("name", {}).get("value", "").strip())
        for node in nodes["nodes"]
        if not node["ignored"]
    ]


def told(page, selector, explorable):
    """What has a name or is spoken by itself, in order; the inside of a learner's table left out.

    The editor of such a table is the same JavaScript file in both.
    """
    found = []
    tables = {control.label for control in explorable.controls if isinstance(control, Rows)}
    is_inside = False
    for role, name in tree(page, selector):
        if is_inside and name.endswith("step 1"):
            is_inside = False
        is_said = role == "status" or (name and role in NAMED and not name.startswith(LINE))
        if is_said and not is_inside and not name.endswith(TYPED):
            found.append((role, name))
        is_inside = is_inside or name in tables
    return found


def declared(explorable, has_predicted):
    """What should be told, from the explorable's declaration alone."""
    title, controls = explorable.title, explorable.controls
    names = names_of_parts(title)
    long = (Paste, Rows)
    above = [(ROLES[type(one)], one.label) for one in controls if not isinstance(one, long)]
    below = [(ROLES[type(one)], one.label) for one in controls if isinstance(one, long)]
    steps = []
    for number, task in enumerate(explorable.tasks, 1):
        steps += [("button", f"Set step {number}")] if task.sets else []
        steps += [("button", f"I have looked at step {number}")]
    played = []
    if explorable.play is not None:
        parts = names_of_player(explorable.play.each)
        played = [
            ("group", parts["group"]),
            *(("button", parts[name]) for name in ("play", "back", "on")),
            ("combobox", parts["speed"]),
        ]
    funded = []
    if explorable.rounds is not None:
        rounds = explorable.rounds
        funded = [
            ("group", rounds.title),
            ("DisclosureTriangle", rounds.title),
            ("status", ""),
            *(
                ("button", f"{one.name} {rounds.write(one.reported)}")
                for one in rounds.offers(0, 1)
            ),
        ]
    details, arrange = explorable.details, explorable.arrange
    return [
        ("group", title),
        ("heading", title),
        ("group", names["question"]),
        ("DisclosureTriangle", "The question"),
        *([("button", "Predict again")] if has_predicted else []),
        *funded,
        *above,
        *([("combobox", arrange.label)] if arrange is not None else []),
        *played,
        ("button", "Back to the start"),
        ("image", names["picture"]),
        ("status", ""),
        ("DisclosureTriangle", names["all"]),
        *([("combobox", details.label)] if details is not None else []),
        *below,
        *steps,
    ]
