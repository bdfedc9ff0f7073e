"""The checks of Understand 1: what is true is computed wherever a model or the data decide it."""

from __future__ import annotations

from scaling.checking import choice, estimate, matching, ordering, several
from scaling.scaling_up import adoption, readiness, winners_curse

# ---------------------------------------------------------------- 1 the best of many


# How many pilots there were, and how many children in each arm.
PILOTS = {"a": (30, 40), "b": (1, 40), "c": (30, 1000), "d": (3, 40)}


def _exaggerations() -> dict[str, float]:
    """Return by how much each report exceeds what is delivered, on average over worlds."""
    best = {
        letter: winners_curse.expected(pilots, n, tau=winners_curse.TAU)
        for letter, (pilots, n) in PILOTS.items()
    }
    return {letter: one.reported - one.delivered for letter, one in best.items()}


curse = ordering(
    name="curse",
    expected=_exaggerations,
    meaning=(
        "Luck has to be there, and has to be picked. A small pilot that was chosen beforehand is as "
        "often too low as too high; the best of many small ones is too high."
    ),
    slips={
        "Small is taken for too high. A small pilot may err either way: what makes its error go up "
        "and not down?": lambda: ["cb", "db", "ab"],
        "How many pilots there were is counted, and how large they were is not. With 1,000 people "
        "in each arm, how much luck is there to be picked?": lambda: ["ac", "dc"],
        "The best of three is taken to be as lucky as the best of thirty. How high is the highest "
        "of three dice, and of thirty?": lambda: "ad",
    },
)

REPORTED, AVERAGE, LASTING = 12, 4, 0.25  # weeks, weeks, a share

lasting_gain = estimate(
    name="lasting_gain",
    expected=lambda: AVERAGE + LASTING * (REPORTED - AVERAGE),
    factor=1.2,
    unit="weeks",
    meaning=(
        "About 6 weeks: the best is still the one to choose, for it gains more than the average "
        "scheme. Only a part of its lead is its own, and the rest was luck."
    ),
    slips={
        "The report of a winner is taken as it is. It was picked because it was high: which part of "
        "its lead can be counted on?": lambda: REPORTED,
        "Nothing is left of the lead: “never trust a winner” goes too far. A part of it lasts.": lambda: (
            AVERAGE
        ),
        "The report is shrunk towards nothing. What is surprising in it is its distance from the "
        "average of all twenty.": lambda: LASTING * REPORTED,
        "The part that lasts and the part that is luck have changed places.": lambda: [
            AVERAGE + (1 - LASTING) * (REPORTED - AVERAGE),
            (1 - LASTING) * REPORTED,
        ],
        "This is what lasts of the lead. Over what does the scheme lead?": lambda: (
            LASTING * (REPORTED - AVERAGE)
        ),
        "This is halfway between report and average. How much of the lead lasts, by the earlier "
        "rounds?": lambda: (REPORTED + AVERAGE) / 2,
    },
)

small_trial = several(
    name="small_trial",
    # This is a matter of the text: lesson 1a, cell recipe-text, after “Scaling Up: Transforming
    # Small-Scale Experiments”. What ten households without a comparison cannot tell is taught by
    # cells winners-after, readiness-after and at-scale-after.
    expected=lambda: {"a": True, "b": False, "c": False, "d": True, "e": True, "f": False},
    meaning=(
        "A small trial tests whether a thing can be done, shows what people need, and ends cheaply. "
        "How much it does, and in other hands, has to be found out in other ways."
    ),
    slips={
        "Only numbers are taken to count. What do ten doors teach that a plan at a desk does "
        "not?": lambda: "a",
        "Expectation b asks ten households for a number on 900. How far may ten households lie "
        "from the rest by luck?": lambda: "b",
        "Expectation c takes a look at those with boxes for a comparison. What would these "
        "families have been like without them?": lambda: "c",
        "A small trial is taken to show nothing for certain. Is there something here that it "
        "takes only a few tries to see?": lambda: "d",
        "A trial is taken to be there for its results alone. What does it cost to be wrong with "
        "ten households, and with 900?": lambda: "e",
        "Expectation f takes the first hands for any hands. Who carries the boxes in this "
        "trial?": lambda: "f",
    },
)

# ---------------------------------------------------------------- 2 the recipe

# The scores of the invented swimming club.
CLUB = "evidence 4\npartners 3\nlearning 3\nresources 1\ncommunication 4"


def _weakest() -> tuple[str, ...]:
    return readiness.weakest(readiness.run(own=CLUB).then)


next_work = choice(
    name="next_work",
    # The rule of the weakest decides c. What a score cannot say is taught by cell readiness-after.
    expected=lambda: {
        "a": False,
        "b": False,
        "c": _weakest() == ("resources",),
        "d": False,
    },
    meaning=(
        "The weakest component says where to work. Whether the club is good for its members is "
        "what its evidence found, and no score says that."
    ),
    slips={
        "A mean hides what is short. By the rule of the lesson, what does a plan hold no better "
        "than?": lambda: "a",
        "That outcomes were counted and compared is taken for a good outcome. Could all four "
        "statements be true of a club that does not help?": lambda: "b",
        "Bars are made equal by cutting the long one. What would that give to the short one?": lambda: (
            "d"
        ),
    },
)

which_step = matching(
    name="which_step",
    # This is a matter of the text: the table of steps in lesson 1a, cell recipe-text.
    expected=lambda: {"1": "b", "2": "e", "3": "a", "4": "d", "5": "c"},
    options="abcde",
    meaning=(
        "Each step is there for a trouble that comes without it. The last one finds what nobody had "
        "thought of, and in one place instead of thirty."
    ),
    slips={
        "In 1, a pilot would have made the same mistakes once more. The first town knew better: "
        "what keeps such knowledge?": lambda: "1e",
        "In 1, the first town had found out what to avoid. Which step hands on what was found "
        "out?": lambda: ["1a", "1c", "1d"],
        "In 2, a record, a list or a plan holds what people have noticed. They had not noticed "
        "this: how could it have come out in one town?": lambda: ["2a", "2b", "2c", "2d"],
        "In 3, work goes on everywhere, and on different things. What had not been settled before "
        "all else?": lambda: ["3b", "3c", "3d", "3e"],
        "In 4, nothing was missing but the order in time. Which step puts dates and means side by "
        "side?": lambda: ["4a", "4b", "4c", "4e"],
        "In 5, people with an interest of their own were passed over. Which step asks whom it "
        "touches?": lambda: ["5a", "5b", "5d", "5e"],
    },
)

five_questions = matching(
    name="five_questions",
    # This is a matter of the text: lesson 1a, cell source. That vans are not the goal follows from
    # cell recipe-text: to scale up is that more people benefit.
    expected=lambda: {"1": "d", "2": "b", "3": "a", "4": "f", "5": "e"},
    options="abcdef",
    meaning=(
        "The goal is people served, and not vans. Outcomes and the people concerned tell whether "
        "you are ready; the other three find what hinders, who helps, and how it goes."
    ),
    slips={
        "In 1, the vehicle is taken for the goal. Ten vans may serve fewer people than two: whom "
        "are they for?": lambda: "1c",
        "In 2, size is taken for readiness. Vans can be bought before anything is known of what "
        "they do.": lambda: "2c",
        "What was found and how one finds out are mixed up. One of them tells whether you are "
        "ready, the other how to learn more.": lambda: ["2e", "5b"],
        "In 1, something on the way is taken for the end. Who is to be better off, and how many of "
        "them?": lambda: ["1a", "1b", "1e", "1f"],
        "In 2, a wish, a fear or an offer is taken for a result. What has the van achieved so far, "
        "and who says so?": lambda: ["2a", "2d", "2f"],
        "In 3, what helps or what is hoped for is taken for an obstacle. Who has a reason to be "
        "against it?": lambda: ["3b", "3c", "3d", "3e", "3f"],
        "In 4, what the team has or wants is taken for a partner's part. What would others bring of "
        "their own?": lambda: ["4a", "4b", "4c", "4d", "4e"],
        "In 5, a fact or a plan is taken for a way of finding out. How does the team hear what goes "
        "well?": lambda: ["5a", "5c", "5d", "5f"],
    },
)

told = matching(
    name="told",
    # The two stories are those of lesson 1a, cell stories-text (Meager 2019; Dobbie & Fryer 2011).
    expected=lambda: {"1": "c", "2": "a", "3": "b", "4": "a"},
    options="abc",
    meaning=(
        "That a thing spreads, that it works, and which part of it works are three questions. A "
        "good story answers none of them."
    ),
    slips={
        "A comparison is seen where there is none. Who was counted in the choir, and who was not?": lambda: [
            "1a",
            "1b",
        ],
        "To be everywhere is taken for doing good. What did the fairest comparison find?": lambda: [
            "2b",
            "4b",
        ],
        "In 2 and 4 something has been held against the story: was there not a trial?": lambda: [
            "2c",
            "4c",
        ],
        "In 3, the school does what is said of it. The question is what the copies took along.": lambda: (
            "3a"
        ),
        "In 3, lots were drawn for the school: there is a comparison, and more than one.": lambda: (
            "3c"
        ),
    },
)

# ---------------------------------------------------------------- 3 how it gets around

PUBLICITY, WORD_OF_MOUTH, NEVER, YEAR = 0.005, 0.4, 0.5, 15


def _reached() -> dict[str, float]:
    """Return the share of gardens with a seed library in year 15."""
    return {
        "a": adoption.bass(YEAR, PUBLICITY, WORD_OF_MOUTH, NEVER),
        "b": adoption.bass(YEAR, PUBLICITY, WORD_OF_MOUTH, NEVER / 2),
        "c": adoption.bass(YEAR, PUBLICITY, WORD_OF_MOUTH / 2, NEVER),
        "d": adoption.bass(YEAR, 2 * PUBLICITY, WORD_OF_MOUTH, NEVER),
    }


reach = ordering(
    name="reach",
    expected=_reached,
    meaning=(
        "Money for publicity brings the same people a little sooner. Reasons against it set the "
        "ceiling, and a drive that fades costs most."
    ),
    slips={
        "Publicity is taken to win those who will never want it. It makes the start earlier: what "
        "does it do to the ceiling?": lambda: "bd",
        "That the drive fades is taken to do little, once people have heard. Who tells the "
        "next ones?": lambda: ["ac", "dc", "bc"],
        "More publicity, or fewer people against it, is taken to do harm or nothing. Set one slider "
        "at a time.": lambda: ["da", "ba"],
    },
)

five_words = matching(
    name="five_words",
    # This is a matter of the text: the table of lesson 1b, cell words-text, and cell source.
    expected=lambda: {"1": "c", "2": "d", "3": "b", "4": "e", "5": "a"},
    options="abcde",
    meaning=(
        "A rule changes the system for all, where 30 more workshops are 30 good places. What the "
        "essay calls scaling up is mostly scaling out in these words."
    ),
    slips={
        "In 1, there is no workshop any more, and no rule. What has become normal?": lambda: [
            "1a",
            "1b",
            "1d",
            "1e",
        ],
        "In 2, each workshop keeps what suits it. What goes to and fro between them?": lambda: [
            "2a",
            "2b",
            "2c",
            "2e",
        ],
        "In 3, more rooms are taken for the point. What changes for everybody, also where no "
        "workshop ever was?": lambda: ["3a", "3c", "3d", "3e"],
        "In 4, nothing is added, and something moves. Who decides now?": lambda: [
            "4a",
            "4b",
            "4c",
            "4d",
        ],
        "In 5, the essay's word is used: repeat, fund, find partners. By the table of lesson 1b, "
        "what is it that grows?": lambda: "5b",
        "In 5, the workshops neither learn from each other nor change what people find normal. What "
        "grows is something else.": lambda: ["5c", "5d", "5e"],
    },
)

best_practice = choice(
    name="best_practice",
    # That lots make groups comparable is taught by lesson 1a, cells stories-text and
    # programmes-after; the essays' quarrel is told in lesson 1b, cell source.
    expected=lambda: {"a": False, "b": False, "c": False, "d": True},
    meaning=(
        "Two essays disagree, and a comparison could decide between them, for these teams. Ask for "
        "it before you take a side."
    ),
    slips={
        "What comes after is taken for what comes from it. Results may have risen in teams that "
        "were shown nothing, too.": lambda: "a",
        "To be content is taken for doing better. What would they say if nothing had "
        "changed?": lambda: "b",
        "The best of forty is taken for proof that its way is better. What else puts a team in "
        "front, and would others have it too?": lambda: "c",
    },
)
