"""Module 6, the lesson: its figures, the words they stand in, and what they rest on."""

from scaling import style
from scaling.capstone import policies, region, village_45
from scaling.start_here import checks as first_checks

from .pages import STATED, share

LESSON = "6 lesson"
LOOK = "look first, then choose"
SEEDS = 20  # as in the table that the lesson shows

# fmt: off
FIGURES = [
    (LESSON, "The letter still lies on the table: {} Kettles", lambda: first_checks.KETTLES),
    (LESSON, "cannot hear {} tables", lambda: first_checks.KETTLES),
    (LESSON, "twelve neighbourhoods, eight quarters",
     lambda: (region.PLACES, region.QUARTERS) == (12, 8)),
    (LESSON, "in twenty regions of each kind", lambda: SEEDS == 20),
    (LESSON, "three kinds of region, and each has another winner",
     lambda: len({winner(kind) for kind in region.KINDS}) == len(region.KINDS) == 3),
    (LESSON, "copying the best meets {} of the need and wins",
     lambda: won("alike and calm", "copy the best everywhere")),
    (LESSON, "joining up wins with {}", lambda: won("different and drifting", "join up")),
    (LESSON, "whoever listens first wins with {}", lambda: won("wary", "listen first")),
    (LESSON, "There the copy of the best ends at {}",
     lambda: share(met("copy the best everywhere", "wary"))),
    (LESSON, "to export at once, meets {} to {} anywhere", lambda: export_at_once()),
    (LESSON, "A rule that does something of everything wins nowhere and fails nowhere",
     lambda: all(met("mixed", kind) > 0.6 * met(winner(kind), kind) and winner(kind) != "mixed"
                 for kind in region.KINDS)),
    (LESSON, "On average over the twenty regions it comes within seven points of the winner",
     lambda: max(met(winner(kind), kind) - met(LOOK, kind) for kind in region.KINDS) < 0.07),
    (LESSON, "Where people are wary it does as well",
     lambda: met(LOOK, "wary") == met("listen first", "wary")),
    (LESSON, "In a single region it can be far behind, here by up to {} points",
     lambda: points_behind()),
    (LESSON, "Below 0, a table has done harm",
     lambda: bool((policies.met("listen first", "different and drifting", SEEDS) < 0).any())),
    (LESSON, "The {} tables of lesson 4 and lesson 5 were only supposed",
     lambda: first_checks.KETTLES),
    (LESSON, "Lesson 3 counted only the {} villages with at least {} households",
     lambda: (len(village_45.run().share), 20)),
    (LESSON, "going it alone meets {} where places are alike, and leaves one neighbourhood with "
     "nothing",
     lambda: share(met("go it alone", "alike and calm"))
     if abs(policies.met("go it alone", "alike and calm", SEEDS)[:, 1].mean()) < 0.001 else "no"),
    (LESSON, "offered in {} villages in China", lambda: len(village_45.run(at_least=1).share)),
    (LESSON, "how many will take it up in a {}th",
     lambda: len(village_45.run(at_least=1).share) + 1),
    (LESSON, "Knowing nothing of a village, the promise misses by {} points. Knowing who lives "
     "there it misses by {}, and knowing the rule by {}: a line through {} villages learns more "
     "noise than sense from either. Knowing what *others in their hamlets* did in a first round, "
     "it misses by {}: {} less, with a 95 % interval from {} to {}. Even if you knew everything it "
     "would miss by {}, because",
     lambda: (missed("nothing"), missed("people"), missed("rule"),
              len(village_45.run().share), missed("before"),
              points(village_45.run().without - village_45.run("before").miss),
              *(points(end) for end in village_45.gain_interval("before")),
              points(village_45.run().floor))),
    (LESSON, "A table that helps {} people to live well", lambda: first_checks.PEOPLE_EACH),
    (LESSON, "A programme of {} that has grown distant", lambda: first_checks.KETTLES),
    ("village_45", "Knowing only the other villages, a promise of take-up in one more is off by "
     "{} points, typically", lambda: missed("nothing")),
    ("village_45", "Count villages of {} households or more", lambda: village_45.SMALLEST),
    ("village_45", "{} villages of one province", lambda: len(village_45.run(at_least=1).share)),
    ("village_45", "A 45th in another would be further off", STATED),
]
# fmt: on

FORMULAS = {
    LESSON: [r"\| \d (?=[a-z])", r"\bstep \d\b", r"\blesson 5a\b"],
}
CITED = {}


def met(policy, kind):
    return policies.met(policy, kind, SEEDS)[:, 0].mean()


def winner(kind):
    return max(policies.POLICIES, key=lambda policy: met(policy, kind))


def won(kind, policy):
    fixed = max(policies.FIXED, key=lambda name: met(name, kind))
    return share(met(policy, kind)) if fixed == policy else f"{fixed} wins"


def points_behind():
    behind = max(
        (policies.met(winner(kind), kind, SEEDS) - policies.met(LOOK, kind, SEEDS))[:, 0].max()
        for kind in region.KINDS
    )
    return style.number(100 * behind, 0)


def export_at_once():
    found = [met("export at once", kind) for kind in region.KINDS]
    return share(min(found)), share(max(found))


def points(miss):
    return style.number(100 * miss, 1)


def missed(know):
    return points(village_45.run(know).miss)
