"""The archives of whole invented classes arrive in submitted/: every file, at the right student."""

import os
import shutil
import stat
import zipfile

import invented
import pytest
from invented import ASSIGNMENT, FILE, NOTEBOOK
from nbgrader.api import Student

from scaling.grading import records
from scaling.grading.lms import dates, sheets
from scaling.grading.lms.archives import ArchiveError
from scaling.grading.lms.canvas import CANVAS
from scaling.grading.lms.collect import Settings, collect
from scaling.grading.lms.moodle import MOODLE
from scaling.grading.lms.roster import enter, keep_numbers, roster
from scaling.grading.records import Record

LAYOUTS = {
    "in_folders": (MOODLE, invented.in_folders),
    "in_old_folders": (MOODLE, invented.in_old_folders),
    "flat": (MOODLE, invented.flat),
    "canvas": (CANVAS, invented.canvas),
}
ALEX = invented.Learner("alex", "Alex Moss", 101, 201, {FILE: b"alex"})
SAM = invented.Learner("sam", "Sam Reed", 102, 202, {FILE: b"sam"})


def know(book, people):
    book.db.add_all(Student(id=one.id, email=one.email) for one in people)
    book.db.commit()


def roster_of(platform, people, book, **more):
    make = invented.worksheet if platform is MOODLE else invented.gradebook
    return roster(platform.people(sheets.read(make(people, **more))), book)


def hand_in(course, book, data, people, platform=MOODLE, settings=None, **more):
    """Collect one archive; the list is that of all these people."""
    file = course.root / "all.zip"
    file.write_bytes(data)
    known = roster_of(platform, people, book, **more)
    return collect(course, book, platform, ASSIGNMENT, known, [file], settings or Settings())


def there(course, student):
    """The files of a student, hidden ones included, by their paths."""
    folder = course.submitted(student, ASSIGNMENT)
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


# ---------------------------------------------------------------- whole classes


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("seed", range(4))
def test_every_file_of_a_class_arrives_at_its_student_and_once(layout, seed, course, book):
    platform, name = LAYOUTS[layout]
    people = invented.a_class(seed)
    know(book, people)
    data = invented.archive(people, name)
    report = hand_in(course, book, data, people, platform)
    for one in people:
        assert sorted(there(course, one.id).values()) == invented.contents(one.files)
    assert report.counts["collected"] == sum(bool(one.files) for one in people)
    assert report.counts["unmatched"] == 0
    top = course.students_folder("submitted")
    places = {place: place.stat().st_mtime_ns for place in top.rglob("*")}
    again = hand_in(course, book, data, people, platform)
    assert (again.counts["collected"], again.counts["kept"]) == (0, 0)
    assert {place: place.stat().st_mtime_ns for place in top.rglob("*")} == places


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_belongs_to_no_student_is_told_and_costs_no_other(layout, course, book):
    platform, name = LAYOUTS[layout]
    stranger = invented.Learner("x", "Max Who", 777, 888, {FILE: b"x"})
    unlisted = invented.Learner("new", "New Here", 103, 203, {FILE: b"new"})
    know(book, [ALEX])
    files = name(ALEX) | name(stranger) | name(unlisted) | {"readme.txt": b"hello"}
    report = hand_in(course, book, invented.zipped(files), [ALEX, unlisted], platform)
    assert there(course, "alex") == {FILE: b"alex"}
    assert [place.name for place in course.students_folder("submitted").iterdir()] == ["alex"]
    told = "\n".join(report.remarks)
    for words in ("readme.txt was left", "(777)" if platform is MOODLE else "(888)", "--enter"):
        assert words in told
    assert (report.counts["unmatched"], report.counts["nothing"]) == (3, 0)


def test_a_worksheet_of_another_assignment_gives_no_one_anothers_work(course, book):
    know(book, [ALEX, SAM])
    swapped = [
        invented.Learner("alex", "Alex Moss", 102, 0, {}),
        invented.Learner("sam", "Sam Reed", 101, 0, {}),
    ]
    data = invented.archive([ALEX, SAM], invented.in_folders)
    report = hand_in(course, book, data, swapped)
    assert not list(course.students_folder("submitted").glob("*"))
    assert sum("may be of another assignment" in one for one in report.remarks) == 2


def test_a_site_that_writes_names_in_latin_letters_is_understood(course, book):
    olga = invented.Learner("olga", "Ольга Müller", 104, 0, {FILE: b"o"})
    know(book, [olga])
    files = {f"Group A-Olga Muller_104_assignsubmission_file/{FILE}": b"o"}
    hand_in(course, book, invented.zipped(files), [olga])
    assert there(course, "olga") == {FILE: b"o"}


def test_a_zip_without_the_mark_of_utf_8_is_read_as_utf_8(course, book):
    one = invented.Learner("zoe", "Zoë Müller", 105, 0, {FILE: b"z"})
    know(book, [one])
    data = invented.archive([one], invented.in_folders)
    assert b"\x00\x08" in data
    unmarked = data.replace(b"\x00\x08\x08\x00", b"\x00\x00\x08\x00")  # the flags of each entry
    hand_in(course, book, unmarked, [one])
    assert there(course, "zoe") == {FILE: b"z"}


def test_the_last_of_several_in_canvas_has_the_name(course, book):
    know(book, [ALEX, SAM])
    files = {
        "mossalex_201_12_03-size-and-context-exercise-1.ipynb": b"older",
        "mossalex_201_13_03-size-and-context-exercise-2.ipynb": b"newer",
        "mossalex_201_text.html": b"typed",
        # A folder has the name.
        "reedsam_202_14_03-size-and-context-exercise.ipynb.zip": invented.zipped({"x": b"x"}),
        "reedsam_202_15_03-size-and-context-exercise-1.ipynb": b"sam",
    }
    hand_in(course, book, invented.zipped(files), [ALEX, SAM], CANVAS)
    found = there(course, "alex")
    assert found == {FILE: b"newer", f"{NOTEBOOK}-1.ipynb": b"older", "text.html": b"typed"}
    assert there(course, "sam") == {f"{FILE}/x": b"x", f"{NOTEBOOK}-1.ipynb": b"sam"}


def test_a_number_in_a_name_is_not_taken_for_that_of_canvas(course, book):
    seven = invented.Learner("jo", "Jo_7_8", 0, 205, {"a_1_2.txt": b"jo"})
    know(book, [seven])
    files = {"jo_7_8_205_9001_a_1_2.txt": b"jo"}
    hand_in(course, book, invented.zipped(files), [seven], CANVAS)
    assert there(course, "jo") == {"a_1_2.txt": b"jo"}


def test_what_was_typed_into_moodle_arrives_beside_the_files(course, book):
    know(book, [ALEX])
    files = invented.in_folders(ALEX) | {
        f"Alex Moss_{ALEX.participant}_assignsubmission_onlinetext/onlinetext.html": b"typed"
    }
    hand_in(course, book, invented.zipped(files), [ALEX])
    assert there(course, "alex") == {FILE: b"alex", "onlinetext.html": b"typed"}


def test_two_files_of_one_name_both_stay(course, book):
    know(book, [ALEX])
    begin = f"Alex Moss_{ALEX.participant}_assignsubmission_file/"
    files = {"a.txt": b"1", "A.TXT": b"2", "ä.csv": b"3", "a\u0308.csv": b"4"}
    files |= {"b": b"5", "b/c.txt": b"6", "d/e": b"7", "D": b"8"}
    hand_in(course, book, invented.zipped({begin + name: x for name, x in files.items()}), [ALEX])
    found = there(course, "alex")
    assert sorted(found.values()) == sorted(files.values())
    assert {"a.txt", "A (2).TXT", "b", "b (2)/c.txt", "D (2)"} <= set(found)


def test_the_same_file_in_two_archives_arrives_once(course, book):
    know(book, [ALEX, SAM])
    for name, people in (("1.zip", [ALEX]), ("2.zip", [ALEX, SAM])):
        (course.root / name).write_bytes(invented.archive(people, invented.flat))
    known = roster_of(MOODLE, [ALEX, SAM], book)
    archives = [course.root / "1.zip", course.root / "2.zip"]
    collect(course, book, MOODLE, ASSIGNMENT, known, archives, Settings())
    assert (there(course, "alex"), there(course, "sam")) == ({FILE: b"alex"}, {FILE: b"sam"})


def test_a_draft_is_collected_and_told(course, book):
    know(book, [ALEX])
    cells = {"Status": {"alex": "Draft (not submitted)"}}
    report = hand_in(course, book, GOOD, [ALEX], cells=cells)
    assert there(course, "alex") == {FILE: b"alex"}
    assert report.remarks == ["alex: is a draft; the platform may still get another version."]


# ---------------------------------------------------------------- who is who


def test_people_are_known_by_number_address_or_login_never_by_name(book):
    book.add_student("by-number", lms_user_id="201")
    book.add_student("by-mail", email="SAM@example.org")
    book.add_student("s03", first_name="Alex", last_name="Moss")
    people = [ALEX, SAM, invented.Learner("S03", "Other Name", 0, 203, {})]
    people += [invented.Learner("s04", "Alex Moss", 0, 204, {})]
    text = invented.gradebook(people).decode().replace(",sam,", ",sam@example.org,")
    known = roster(CANVAS.people(sheets.read(text.encode())), book)
    assert known.students == {"201": "by-number", "202": "by-mail", "203": "s03"}
    assert [person.number for person in known.unknown()] == ["204"]


def test_a_person_who_could_be_two_is_neither_and_is_not_entered(book):
    book.add_student("alex")
    book.add_student("other", lms_user_id="201")
    known = roster_of(CANVAS, [ALEX], book)
    assert known.students == {}
    assert "alex and other" in known.remarks[0]
    assert enter(known, book) == []


def test_two_people_who_would_be_one_student_are_neither(book):
    book.add_student("alex", email=SAM.email, lms_user_id="202")
    known = roster_of(CANVAS, [ALEX, SAM], book)
    assert known.students == {}
    assert "would all be alex" in known.remarks[0]


def test_people_are_entered_once_with_their_number(book):
    known = roster_of(CANVAS, [ALEX, SAM], book)
    assert enter(known, book) == ["alex", "sam"]
    assert keep_numbers(known, book) == []
    assert book.find_student("sam").lms_user_id == "202"
    assert enter(roster_of(CANVAS, [ALEX, SAM], book), book) == []
    book.update_or_create_student("sam", lms_user_id="9")
    moved = roster_of(CANVAS, [SAM], book)
    assert "has the number 202 in this list, and 9" in keep_numbers(moved, book)[0]
    assert book.find_student("sam").lms_user_id == "9"


def test_anonymous_people_are_known_by_their_number_alone(course, book):
    hidden_one = invented.Learner("", "", 107, 0, {FILE: b"?"})
    hidden = {"Full name": {"": ""}, "Email address": {"": ""}}
    known = roster_of(MOODLE, [hidden_one], book, cells=hidden)
    assert enter(known, book) == ["participant-107"]
    files = {f"Participant_107_assignsubmission_file/{FILE}": b"?"}
    hand_in(course, book, invented.zipped(files), [hidden_one], cells=hidden)
    assert there(course, "participant-107") == {FILE: b"?"}


# ---------------------------------------------------------------- what is refused


def with_mode(mode):
    info = zipfile.ZipInfo("Alex Moss_101_assignsubmission_file/x")
    info.external_attr = mode << 16
    return info


def locked(data):
    """Return an archive that says of each entry that it is locked with a password."""
    changed = bytearray(data)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            changed[at + place] |= 1
            at = data.find(mark, at + 1)
    return bytes(changed)


GOOD = invented.archive([ALEX], invented.in_folders)
REFUSED = {
    "absolute": ({"/etc/x": b""}, "leads out"),
    "upwards": ({"Alex_101_assignsubmission_file/../../x": b""}, "leads out"),
    "backslash": ({"Alex_101_assignsubmission_file\\..\\x": b""}, "leads out"),
    "drive": ({"C:x": b""}, "leads out"),
    "drive and folder": ({"C:\\Windows\\x": b""}, "leads out"),
    "network": ({"\\\\host\\share\\x": b""}, "leads out"),
    "link": ({with_mode(stat.S_IFLNK | 0o777): b"/etc/passwd"}, "a link or a device"),
    "pipe": ({with_mode(stat.S_IFIFO | 0o666): b""}, "a link or a device"),
    "locked": (locked(GOOD), "locked with a password"),
    "cut off": (GOOD[:-30], "is broken, or no zip archive"),
    "a page": (b"<!doctype html><title>Log in</title>", "is broken, or no zip archive"),
    "empty": (b"", "is broken, or no zip archive"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_an_archive_that_no_platform_makes_is_refused_whole(kind, course, book):
    made, why = REFUSED[kind]
    know(book, [ALEX])
    data = made if isinstance(made, bytes) else invented.zipped(invented.in_folders(ALEX) | made)
    with pytest.raises(ArchiveError, match=why):
        hand_in(course, book, data, [ALEX])
    assert not course.students_folder("submitted").exists()


@pytest.mark.parametrize(
    ("limit", "value"), [("MOST_ENTRIES", 3), ("MOST_BYTES", 10), ("UNSUSPICIOUS_IN_ALL", 1)]
)
def test_an_archive_of_more_than_a_class_hands_in_is_refused(
    limit, value, course, book, monkeypatch
):
    know(book, [ALEX])
    monkeypatch.setattr(f"scaling.grading.lms.archives.{limit}", value)
    files = {f"Alex Moss_101_assignsubmission_file/{n}": b"0" * 100_000 for n in range(4)}
    with pytest.raises(ArchiveError, match="more than a class hands in"):
        hand_in(course, book, invented.zipped(files), [ALEX])


def bomb(levels=2):
    """An archive of archives of archives …, each of which holds the next ten times."""
    data = invented.zipped({"zeros": b"\0" * 9_000_000})
    for _ in range(levels):
        data = invented.zipped({f"{n}.zip": data for n in range(10)})
    return data


TROUBLE = {
    "a link": ("x.zip", invented.zipped({with_mode(stat.S_IFLNK): b"/etc/passwd"}), "link"),
    "a way out": ("x.zip", invented.zipped({"../../sam/x": b"x"}), "leads out"),
    "locked": ("x.zip", locked(invented.zipped({"x": b"x"})), "locked"),
    "broken": ("x.zip", b"PK\x03\x04 no", "broken"),
    "a bomb": ("x.zip", bomb(), "more than 5,000 files or 200 MB"),
    "tight": ("zeros.txt", b"\0" * 20_000_000, "packed more tightly"),
    "a device": ("aux.txt", b"x", "keeps for a device"),
    "a colon": ("a:b.txt", b"x", "not every system allows"),
    "a long name": ("x" * 220, b"x", "too long"),
    "another kind": ("x.7z", b"x", "not opened"),
    "a time of their own": ("timestamp.txt", b"2020-01-01 00:00:00 UTC", "only graders write"),
    "a secret": ("submission_secret.txt", b"x", "only graders write"),
}


@pytest.mark.parametrize("kind", TROUBLE)
def test_what_one_student_packs_costs_no_other(kind, course, book):
    name, data, why = TROUBLE[kind]
    know(book, [ALEX, SAM])
    files = invented.in_folders(ALEX) | invented.in_folders(SAM)
    files[f"Alex Moss_101_assignsubmission_file/{name}"] = data
    report = hand_in(course, book, invented.zipped(files), [ALEX, SAM])
    assert there(course, "sam") == {FILE: b"sam"}
    found = there(course, "alex")
    assert found.pop(FILE) == b"alex"
    assert "timestamp.txt" not in found
    assert any(one.startswith("alex: ") and why in one for one in report.remarks)
    outside = [p for p in course.root.parent.rglob("*") if p.name in {"x", "passwd"}]
    assert all(p.is_relative_to(course.submitted("alex", ASSIGNMENT)) for p in outside)


def test_a_damaged_file_costs_no_other(course, book):
    know(book, [ALEX, SAM])
    data = bytearray(invented.archive([ALEX, SAM], invented.in_folders))
    at = data.find(FILE.encode()) + len(FILE)
    data[at + 1] ^= 0xFF
    report = hand_in(course, book, bytes(data), [ALEX, SAM])
    assert there(course, "sam") == {FILE: b"sam"}
    assert any("alex" in one and "is damaged" in one for one in report.remarks)


# ---------------------------------------------------------------- what is there already


def test_what_is_in_place_stays_unless_asked_and_is_kept_then(course, book):
    know(book, [ALEX])
    place = course.submitted("alex", ASSIGNMENT)
    place.mkdir(parents=True)
    (place / "by-hand.ipynb").write_bytes(b"by hand")
    (place / "timestamp.txt").write_text("2026-03-01 12:00:00 UTC")
    records.write(course.root, Record("alex", ASSIGNMENT, "graded", digest="x"))
    report = hand_in(course, book, GOOD, [ALEX])
    assert "--update" in report.remarks[0]
    assert there(course, "alex").keys() == {"by-hand.ipynb", "timestamp.txt"}
    assert records.read(course.root, "alex", ASSIGNMENT).digest == "x"
    report = hand_in(course, book, GOOD, [ALEX], settings=Settings(update=True))
    assert there(course, "alex") == {FILE: b"alex"}
    (old,) = (course.root / "downloaded" / ASSIGNMENT / "replaced" / "alex").iterdir()
    assert (old / "by-hand.ipynb").read_bytes() == b"by hand"
    assert (old / "timestamp.txt").exists()
    assert records.read(course.root, "alex", ASSIGNMENT).digest == ""  # It is graded anew.


@pytest.mark.parametrize("level", ["student", "assignment"])
def test_a_link_in_submitted_is_not_followed(level, course, book, tmp_path):
    know(book, [ALEX])
    place = course.submitted("alex", ASSIGNMENT)
    place = place.parent if level == "student" else place
    place.parent.mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    place.symlink_to(tmp_path / "elsewhere")
    report = hand_in(course, book, GOOD, [ALEX], settings=Settings(update=True))
    assert "no folder of its own" in report.remarks[0]
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_checkpoint_that_jupyter_left_is_no_difference(course, book):
    know(book, [ALEX])
    hand_in(course, book, GOOD, [ALEX])
    beside = course.submitted("alex", ASSIGNMENT) / ".ipynb_checkpoints"
    beside.mkdir()
    (beside / FILE).write_bytes(b"?")
    assert hand_in(course, book, GOOD, [ALEX]).counts["unchanged"] == 1


# ---------------------------------------------------------------- when


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("Friday, 12 March 2027, 5:40 PM", "Europe/Berlin", "2027-03-12 16:40:00"),
        ("Friday, March 12, 2027, 5:40 PM", "America/New_York", "2027-03-12 22:40:00"),
        ("12 March 2027, 17:40", "UTC", "2027-03-12 17:40:00"),
        ("Friday, 12 March 2027, 12:05\u202fAM", "Z", "2027-03-12 00:05:00"),
        ("Friday, 12 March 2027, 12:05 pm", "+01", "2027-03-12 11:05:00"),
    ],
)
def test_moodles_moments_are_read_in_the_zone_that_was_named(text, zone, expected):
    assert str(dates.written(text, zone)) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Freitag, 12. März 2027, 17:40", "in English"),
        ("Monday, 12 March 2027, 5:40 PM", "day of the week"),
        ("Sunday, 31 October 2027, 2:30 AM", "twice or never"),
    ],
)
def test_a_moment_in_doubt_is_refused(text, why):
    with pytest.raises(ValueError, match=why):
        dates.written(text, "Europe/Berlin")


def test_times_of_the_worksheet_reach_late_penalties(course, book):
    know(book, [ALEX, SAM])
    cells = {"Last modified (submission)": {"alex": "Thursday, 12 March 2026, 6:30 PM"}}
    data = invented.archive([ALEX, SAM], invented.in_folders)
    with pytest.raises(ValueError, match="--zone"):
        hand_in(course, book, data, [ALEX, SAM], cells=cells)
    assert not course.students_folder("submitted").exists()
    berlin = Settings(zone="Europe/Berlin")
    hand_in(course, book, data, [ALEX, SAM], settings=berlin, cells=cells)
    assert str(course.handed_in_at("alex", ASSIGNMENT)) == "2026-03-12 17:30:00"
    assert "timestamp.txt" not in there(course, "sam")
    (course.submitted("alex", ASSIGNMENT) / "timestamp.txt").write_text("2026-03-12 16:00:00 UTC")
    report = hand_in(course, book, data, [ALEX, SAM], settings=berlin, cells=cells)
    assert "another moment" in report.remarks[0]
    assert str(course.handed_in_at("alex", ASSIGNMENT)) == "2026-03-12 16:00:00"


def test_late_in_canvas_is_the_least_that_it_can_be(course, book):
    know(book, [ALEX, SAM])
    files = invented.canvas(ALEX, late=True) | invented.canvas(SAM)
    report = hand_in(course, book, invented.zipped(files), [ALEX, SAM], CANVAS)
    assert str(course.handed_in_at("alex", ASSIGNMENT)) == "2026-03-12 17:00:01"
    assert "timestamp.txt" not in there(course, "sam")
    assert "by how much the platform does not say" in report.remarks[0]
    (course.submitted("alex", ASSIGNMENT) / "timestamp.txt").write_text("2026-03-13 09:00:00 UTC")
    report = hand_in(course, book, invented.zipped(files), [ALEX, SAM], CANVAS)
    assert report.remarks == []  # What a person has corrected is not told again.
    assert str(course.handed_in_at("alex", ASSIGNMENT)) == "2026-03-13 09:00:00"


def test_an_instructors_own_dates_come_first(course, book):
    know(book, [ALEX, SAM])
    people = [ALEX, SAM]
    text = b"id,submitted,due\n201,2026-03-14 09:00,\nsam,,2026-03-15 17:00 UTC\n"
    told = dates.read(text, roster_of(CANVAS, people, book), "Europe/Berlin")
    files = invented.canvas(ALEX, late=True) | invented.canvas(SAM, late=True)
    settings = Settings(dates=told)
    hand_in(course, book, invented.zipped(files), people, CANVAS)
    assert str(course.handed_in_at("alex", ASSIGNMENT)) == "2026-03-12 17:00:01"
    hand_in(course, book, invented.zipped(files), people, CANVAS, settings)
    assert str(course.handed_in_at("alex", ASSIGNMENT)) == "2026-03-14 08:00:00"
    assert str(course.handed_in_at("sam", ASSIGNMENT)) == "2026-03-12 17:00:01"
    shutil.rmtree(course.submitted("sam", ASSIGNMENT))
    hand_in(course, book, invented.zipped(files), people, CANVAS)
    assert str(course.handed_in_at("sam", ASSIGNMENT)) == "2026-03-15 17:00:01"  # as extended


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"name\nx\n", "column id"),
        (b"id\nalex\n", "column id, and submitted or due"),
        (b"id,due\nkim,2026-01-01 12:00 UTC\n", "kim, who is not known"),
        (b"id,due\nalex,soon\n", "soon"),
    ],
)
def test_dates_in_doubt_are_refused(text, why, book):
    know(book, [ALEX])
    with pytest.raises(ValueError, match=why):
        dates.read(text, roster_of(CANVAS, [ALEX], book), "")


def test_nothing_is_left_behind_when_the_disk_is_full(course, book, monkeypatch):
    know(book, [ALEX, SAM])
    place = type(course.root)
    write = place.write_bytes

    def full(self, data):
        if data == b"alex":
            raise OSError(28, os.strerror(28))
        return write(self, data)

    monkeypatch.setattr(place, "write_bytes", full)
    data = invented.archive([ALEX, SAM], invented.in_folders)
    report = hand_in(course, book, data, [ALEX, SAM])
    assert "alex: could not be put in place" in report.remarks[0]
    assert not course.submitted("alex", ASSIGNMENT).exists()
    assert there(course, "sam") == {FILE: b"sam"}
    monkeypatch.undo()
    os.chdir(course.root)
    hand_in(course, book, data, [ALEX, SAM])
    assert there(course, "alex") == {FILE: b"alex"}
    assert [one.name for one in course.submitted("alex", "").iterdir()] == [ASSIGNMENT]


def test_classes_differ_from_seed_to_seed():
    """What the property tests stand on: many layouts of names, files and gaps."""
    classes = [invented.a_class(seed) for seed in range(4)]
    names = {one.name for people in classes for one in people}
    files = {name for people in classes for one in people for name in one.files}
    assert len(names) > 15
    assert {FILE, f"{NOTEBOOK} (1).ipynb", "all.zip", "timestamp.txt"} <= files
    assert any(not one.files for people in classes for one in people)
