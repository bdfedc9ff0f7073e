"""Runs cells in one of two shells: ``python cells.py browser`` or ``notebook``; JSON in and out.

In: a list of notebooks, each with its ``name`` and its ``cells``: id, source, and the notebook's
text or null. Out: for each a list of what the session returns for its cells; from the browser also
``heard``: how many outputs were told while the cell ran, None if others are shown.
"""

import contextlib
import json
import os
import resource
import sys
import tempfile
from pathlib import Path

MORE = 500_000_000  # bytes; a cell that takes more gets a MemoryError, as in the browser


def limit_memory():
    """Leave a limited room for what cells take."""
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MORE, used + MORE))


def in_browser(notebooks):
    """Run all in the session of the web edition, by way of what its worker calls."""
    from scaling.web import instead

    instead.put_in_place()
    from scaling.web import guest

    limit_memory()
    guest.KEPT = Path.cwd() / "kept"

    def ask(action, *values):
        answer = json.loads(guest.answer(json.dumps({"do": action, "with": values})))
        if answer["fault"]:
            raise RuntimeError(answer["fault"])
        return answer["value"]

    heard = {}

    def hear(at, what):
        """Do as the page does with a change that it is told."""
        if what is None:
            heard.clear()
        elif isinstance(what, str):
            heard[at]["text"] += what
        else:
            heard[at] = dict(what)

    guest.tell_shown = hear
    for notebook in notebooks:
        ask("begin_exercise", notebook["name"])
        found = []
        for cell in notebook["cells"]:
            heard.clear()
            found.append(ask("run_cell", *cell))
            told = json.loads(json.dumps([heard[at] for at in sorted(heard)]))
            all_but_value = [
                one for one in found[-1]["outputs"] if one["output_type"] != "execute_result"
            ]
            found[-1]["heard"] = len(told) if told == all_but_value else None
        yield found


def in_notebook(notebooks):
    """Run all in IPython's own shell, whose messages are those of a kernel."""
    from scaling.checking import watching
    from scaling.grading import inside

    messages = []
    inside._send = lambda **message: messages.append(message)
    shell = inside.make_shell()
    import pandas as pd

    pd.set_option("display.max_columns", 20)
    for notebook in notebooks:
        shell.reset(new_session=False)
        shell.execution_count = 1
        watching.forget()
        shell.custom_exceptions = ()
        folder = Path.cwd() / "course" / "exercises" / notebook["name"]
        folder.mkdir(parents=True, exist_ok=True)
        os.chdir(folder)
        found = []
        for cell_id, source, text in notebook["cells"]:
            if text is not None:
                Path(f"{notebook['name']}-exercise.ipynb").write_text(text)
            messages.clear()
            result = shell.run_cell(source, store_history=True, cell_id=cell_id)
            sys.stdout.flush()
            passed, points = watching.last_verdict()
            status = "ok" if result.success else "error"
            outputs = [_output(dict(message)) for message in messages]
            found.append({"outputs": outputs, "status": status, "passed": passed, "points": points})
        os.chdir(folder.parents[2])
        yield found


def _output(message):
    return {"output_type": message.pop("is_"), **message}


if __name__ == "__main__":
    shells = {"browser": in_browser, "notebook": in_notebook}
    out = os.fdopen(os.dup(1), "w")
    os.fsync = lambda _: None  # What is written here lasts as long as this process.
    os.dup2(2, 1)  # A cell may write to the stream of this number.
    given = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as place, contextlib.chdir(place):
        os.environ["SCALING_PREDICTIONS"] = f"{place}/own/predictions.json"
        json.dump(list(shells[sys.argv[1]](given)), out)
