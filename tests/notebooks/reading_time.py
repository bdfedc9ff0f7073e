"""How long a section of a lesson takes, from what there is to read and to do in it.

Words are read at 180 a minute, those of explorables included: a slow, attentive reader of plain
text (Brysbaert 2019 finds 238 words a minute for adults who read silently). A prediction takes a
minute, a task a minute and a quarter, a round of choosing nine seconds, a question of recall a
minute, a table or a picture that is looked at one. What is played, drawn or written has a
time of its own, which the text states.
"""

from __future__ import annotations

import re

from scaling.explorable import Explorable, all_explorables

WORDS_A_MINUTE = 180
PREDICTION, TASK, ROUND, LOOK, RECALL = 1, 1.25, 0.15, 1, 3  # minutes
# Minutes for what is done and not read: a game of eight quarters and a second one in part, the
# first half of a plan, a map of one's own, three sentences, a cell that is run and changed.
DONE = {
    "board.game": 12,
    "plan": 12,
    "own_map": 2,
    "progress": 1,
    "recall": RECALL,
    "inventory": 12,
}
WRITTEN = 2  # minutes for sentences that a learner completes
# Folded texts for those who want the formulae, and sections that call themselves optional.
OPTIONAL = re.compile(r"<details><summary><b>The arithmetic.*?</details>", re.DOTALL)
HEADING = re.compile(r"(?m)^(?=## )")


def words(text: str) -> int:
    """Count the words of a text, without its marks and addresses."""
    return len(re.sub(r"<[^>]+>|\]\([^)]*\)|[#*>|`\[\]_]", " ", text).split())


def of_explorable(explorable: Explorable) -> float:
    """Return the minutes for predicting, reading and doing all tasks."""

    def at(**values):
        return explorable.run(**(explorable.start | values))

    ask = explorable.ask
    texts = [ask.text, ask.because, ask.otherwise, explorable.limits]
    texts += [task.text + " " + task.seen(at) for task in explorable.tasks]
    read = sum(map(words, texts)) / WORDS_A_MINUTE
    rounds = 0 if explorable.rounds is None else explorable.rounds.many
    return PREDICTION + read + ROUND * rounds + TASK * len(explorable.tasks)


def of_sections(cells) -> dict[str, float]:
    """Return the minutes of each section of a lesson by its heading, what comes before as ""."""
    explorables = {key.split(".")[1]: one for key, one in all_explorables().items()}
    minutes: dict[str, float] = {"": 0.0}
    here = ""
    for cell in cells:
        if cell.cell_type == "markdown":
            text = OPTIONAL.sub("", cell.source.split("### References")[0])
            for part in HEADING.split(text):
                if part.startswith("## "):
                    here = part.splitlines()[0].removeprefix("## ")
                    minutes[here] = 0.0
                minutes[here] += words(part) / WORDS_A_MINUTE
                minutes[here] += WRITTEN * ("*In " in part and "…" in part)
            continue
        shown = re.findall(r"^([\w.]+)\.(\w+)\((.*)\)$", cell.source, re.MULTILINE)
        for owner, call, _ in shown:
            name = owner.removesuffix(".explorable")
            if owner != name and call == "show":
                minutes[here] += of_explorable(explorables[name])
            elif name != "print":
                minutes[here] += DONE.get(name, LOOK)
    return minutes
