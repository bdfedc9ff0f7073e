"""Invented classes, and the files that Moodle and Canvas make of them."""

import csv
import io
import random
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath

ASSIGNMENT = "03-size-and-context"
NOTEBOOK = f"{ASSIGNMENT}-exercise"
FILE = f"{NOTEBOOK}.ipynb"
NAMES = (
    "Alex Moss", "Jörg Müller", "Zoë Brontë", "Ana María de la Peña", "Seán O'Neill", "李小龍",
    "محمد الأمين", "Ольга Иванова", "Nguyễn Văn An", "Anne-Marie Lefèvre", "X Æ", "आरव शर्मा",
    "Jo_Ann 7 Smith", "Alex Moss", "Sam Reed-1", "Late Night", "Noa בן דוד", "İpek Şahin",
)  # fmt: skip
WORKSHEET = (
    "Identifier", "Full name", "Email address", "Status", "Grade", "Maximum Grade",
    "Grade can be changed", "Last modified (submission)", "Last modified (grade)",
    "Feedback comments",
)  # fmt: skip


@dataclass(frozen=True)
class Learner:
    """One of an invented class: numbers as each platform gives them, and what was handed in."""

    id: str
    name: str
    participant: int
    user: int
    files: dict

    @property
    def email(self):
        return f"{self.id}@example.org"


def a_class(seed):
    """Return an invented class; about a tenth of it hands in nothing."""
    dice = random.Random(seed)
    names = dice.sample(NAMES, dice.randint(2, len(NAMES)))
    return [
        Learner(
            id=f"s{at:02}",
            name=unicodedata.normalize(dice.choice(["NFC", "NFD"]), name),
            participant=dice.randrange(10**6) * 100 + at,
            user=dice.randrange(10**4) * 100 + at,
            files={} if dice.random() < 0.1 else some_files(dice, at),
        )
        for at, name in enumerate(names)
    ]


def some_files(dice, at):
    """Return files as a learner may upload them; all contents differ."""

    def content(what):
        return f"{at} {what} {dice.random()}".encode()

    files = {dice.choice([FILE, FILE, f"{NOTEBOOK} (1).ipynb", "homework.ipynb"]): content("work")}
    others = [
        "data.csv", "Schöne Daten.csv", "my_12_34_file.txt", "__a__.py", "notes.PDF",
        "a_b_1_2.txt", "timestamp.txt", "x.rar",
    ]  # fmt: skip
    for name in dice.sample(others, dice.randint(0, 3)):
        files[unicodedata.normalize(dice.choice(["NFC", "NFD"]), name)] = content(name)
    if dice.random() < 0.3:
        inner = {f"exercises/{ASSIGNMENT}/{FILE}": content("zip"), "__MACOSX/._x": b"no"}
        files["all.zip"] = zipped(inner | {".DS_Store": b"no"})
    return files


def contents(files):
    """Return all contents in some files, in archives too, but for what systems put there."""
    found = []
    for path, data in files.items():
        hidden = any(part[0] == "." or part == "__MACOSX" for part in PurePosixPath(path).parts)
        if path.endswith(".zip"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                found += contents({name: archive.read(name) for name in archive.namelist()})
        elif not hidden:
            found.append(data)
    return sorted(found)


def zipped(files):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return data.getvalue()


# ---------------------------------------------------------------- as Moodle and Canvas do it


def moodle_name(one):
    """Moodle takes underscores and some punctuation out of names in paths."""
    return one.name.replace("_", " ").replace("'", "")


def in_folders(one):
    """Moodle 4.1 and later."""
    return {
        f"{moodle_name(one)}_{one.participant}_assignsubmission_file/{path}": data
        for path, data in one.files.items()
    }


def in_old_folders(one):
    """Before Moodle 4.1; here in a folder again, as a teacher packs it who unpacked it before."""
    return {
        f"all/{moodle_name(one)}_{one.participant}_assignsubmission_file_/{path}": data
        for path, data in one.files.items()
    }


def flat(one):
    return {
        f"{moodle_name(one)}_{one.participant}_assignsubmission_file_{path}": data
        for path, data in one.files.items()
    }


def canvas_name(one, late=False):
    letters = "".join(letter for letter in one.name if letter.isalnum() or letter == "_")
    return f"{letters.lower()}{'_LATE' * late}_{one.user}"


def canvas(one, late=False):
    """Canvas numbers files, and what was handed in once more has its number in the name."""
    return {
        f"{canvas_name(one, late)}_{9000 + at}_{path}": data
        for at, (path, data) in enumerate(one.files.items())
    }


def archive(people, layout):
    files = {"__MACOSX/._x": b"no", ".DS_Store": b"no"}
    for one in people:
        files |= layout(one)
    return zipped(files)


def worksheet(people, cells=None):
    """Moodle's grading worksheet; ``cells`` may hold other texts by title, then by id."""
    table = io.StringIO(newline="")
    writer = csv.DictWriter(table, WORKSHEET, lineterminator="\n")
    writer.writeheader()
    for one in people:
        row = {
            "Identifier": f"Participant {one.participant}",
            "Full name": one.name,
            "Email address": one.email,
            "Status": "Submitted for grading - " if one.files else "No submission - ",
            "Maximum Grade": "20.00",
            "Grade can be changed": "Yes",
            "Last modified (submission)": "-",
            "Last modified (grade)": "-",
        }
        other = {title: texts[one.id] for title, texts in (cells or {}).items() if one.id in texts}
        writer.writerow(row | other)
    return ("\ufeff" + table.getvalue()).encode()


def gradebook(people, marks=None, hidden=False, points="20.00"):
    """Canvas's export of a course with two assignments, a column of its own and totals."""
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\n")
    titles = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Notes"]
    titles += ["Size, and context (501)", f"{ASSIGNMENT} (502)", "Current Score", "Final Score"]
    writer.writerow(titles)
    if hidden:
        writer.writerow([*[None] * 6, "Manual Posting", "Manual Posting", None, None])
    only = "(read only)"
    writer.writerow(["    Points Possible", *[None] * 4, only, "10.00", points, only, only])
    for one in people:
        mark = (marks or {}).get(one.id, "")
        row = [one.name, one.user, f"X{one.user}", one.id, 'A "1", B', "", "7.50", mark, "75", "3"]
        writer.writerow(row)
    writer.writerow(["Student, Test", 999999, "", "test", "A", "", "", "", "", ""])
    return table.getvalue().encode()
