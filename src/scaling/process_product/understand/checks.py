"""The checks of Understand 2: what is true is computed wherever a model or the data decide it."""

from __future__ import annotations

from scaling.checking import choice, estimate, matching, ordering, several
from scaling.process_product import frozen, what_travels

# ---------------------------------------------------------------- 1 what is in the box


def _growing_is_worth_it(process_share: float, reception: float, process_cost: float) -> bool:
    """Return whether growing the process anew does more good than handbooks alone."""
    found = what_travels.run(
        process_share=process_share, reception=reception, process_cost=process_cost
    )
    return found.grown > found.exported


# The process share, the reception, and the cost of growing the process anew, in handbooks.
SERVICES = {"a": (0.5, 0.2, 3), "b": (0.5, 0.9, 3), "c": (0.3, -0.2, 6), "d": (0.3, 0.9, 1)}

worth = several(
    name="worth",
    expected=lambda: {
        letter: _growing_is_worth_it(*service) for letter, service in SERVICES.items()
    },
    meaning=(
        "What a place takes up matters as much as what the process did at home. Where the box is "
        "resented, every further one does harm."
    ),
    slips={
        "A service is passed over in which half of the effect never leaves home in a box, and "
        "little of the other half is taken up. What is left in each place?": lambda: "a",
        "In service b, more effect in each place is taken for more good in all. Four boxes "
        "could be sent for the price: what do they bring?": lambda: "b",
        "A service is passed over because growing is dear in it. What do cheap boxes do where "
        "they are resented?": lambda: "c",
        "In service d, growing anew is taken to be right at any process share. How much of this "
        "effect fits into the box, and who is glad to have it?": lambda: "d",
    },
)

left_behind = matching(
    name="left_behind",
    # This is a matter of the text: lesson 2, cells box, box-after and source.
    expected=lambda: {"1": "c", "2": "a", "3": "d", "4": "b", "5": "e"},
    options="abcde",
    meaning=(
        "Trust, being asked, ownership and skill can each be what an effect rests on. What acts on "
        "mosquitoes needs none of them to work, though it may need them to arrive."
    ),
    slips={
        "In 1, who tends the garden is not the point. Who decides about it in each place, and who "
        "may only apply?": lambda: ["1a", "1b", "1d", "1e"],
        "In 2, a role is taken for a relationship. What had the first nurse done before she was "
        "anybody's nurse?": lambda: ["2b", "2c", "2d", "2e"],
        "In 3, good will and a handbook are taken for all that a pump needs. What could two women "
        "do that is not done here?": lambda: ["3a", "3b", "3c", "3e"],
        "In 4, the answer was carried from one camp to another. What came before the answer, in the "
        "first camp?": lambda: ["4a", "4c", "4d", "4e"],
        "In 5, something is missed where the effect is all there. Does every solution rest on its "
        "process?": lambda: ["5a", "5b", "5c", "5d"],
    },
)

replies = several(
    name="replies",
    # This is a matter of the text: lesson 2, cells box, box-after and source.
    expected=lambda: {"a": True, "b": False, "c": True, "d": False, "e": False, "f": True},
    meaning=(
        "To be rare, to be tied to a place, and to do nothing are three things. And what is easy to "
        "copy need not be what is worth copying."
    ),
    slips={
        "That little was found is taken for a finding. If hardly anybody looked with care, what "
        "does it say?": lambda: "a",
        "Reply b takes what was not shown for what is not so. How many of the sixty were "
        "studied with care in a second place?": lambda: "b",
        "Only what can be carried away is taken to have worked. What may such a project have "
        "done where it was?": lambda: "c",
        "Reply d takes it that a solution has an edge, and can be lifted out whole if it is "
        "written down well enough.": lambda: "d",
        "Reply e takes easy to copy for good to have. What is multiplied when a plan is copied?": lambda: (
            "e"
        ),
        "It is overlooked what makes a plan from the centre easy to copy. What of users' part "
        "could stay behind, if they had none?": lambda: "f",
    },
)

# ---------------------------------------------------------------- 2 trust

stance = choice(
    name="stance",
    # This is a matter of the text: lesson 2, cell box. To be curious like an ethnographer is to
    # attend to people's lives without a professional's question about them.
    expected=lambda: {"a": False, "b": True, "c": False, "d": False},
    meaning=(
        "Without a question of her trade she may see what no list of hers holds. It is a stance, "
        "and not one more way to persuade."
    ),
    slips={
        "This visitor brings the answers along: she can hear only what is on her list. What would "
        "she learn that she does not expect?": lambda: "a",
        "This is persuading with open ears. Whose question is being answered here?": lambda: "c",
        "This is a professional at work, and a kind one. In what role do people meet her, and what "
        "are they to her?": lambda: "d",
    },
)

wary = ordering(
    name="wary",
    # This is a matter of the text: lesson 2, cell trust-text. Each number is 0 less the reasons to
    # be wary: that the van was not asked for, that something closes for it, that more is to close.
    expected=lambda: {"a": -1, "b": 0, "c": -3, "d": -2},
    meaning=(
        "Something new is an imposition at first, even where it does no harm. To lose something for "
        "it is worse, and worst if more of the same seems to come."
    ),
    slips={
        "A free gift is taken to be welcome as such. How does what nobody asked for look to people "
        "who have seen such things come and go?": lambda: ["ba", "bd", "bc"],
        "That something is given up for the van is taken to weigh nothing. What do readers of a "
        "closed branch think of it?": lambda: ["ac", "ad"],
        "What is to come is left out. A closed branch may be one loss, or the beginning of "
        "many.": lambda: "dc",
    },
)

power = several(
    name="power",
    # This is a matter of the text: lesson 2, cells source, box and expectancy-after.
    expected=lambda: {"a": False, "b": True, "c": False, "d": True, "e": False, "f": True},
    meaning=(
        "Power moves when others define what is wrong and what is good, and when helping goes both "
        "ways. Kinder words and more questions leave it where it was."
    ),
    slips={
        "Change a gives the lack a kinder name. Who is still described, and by whom?": lambda: "a",
        "To say what a good outcome is, is taken for a matter of staff. Which change hands that "
        "over?": lambda: "b",
        "Change c asks guests what they think of rules that others made. What may they change "
        "by their answer?": lambda: "c",
        "Helping is taken to go one way only. Is there a change in which both do the work, and "
        "both decide?": lambda: "d",
        "Change e makes staff see guests in a better light. Do guests decide anything by it?": lambda: (
            "e"
        ),
        "A first meeting is taken to be about what a person lacks. Which change lets it begin "
        "elsewhere?": lambda: "f",
    },
)

# ---------------------------------------------------------------- 3 after the launch


# Drift, noise, and the part of the way that the menu goes each month; at 0 it stays as it is.
KITCHENS = {"a": (0, 0, 0), "b": (0.2, 0, 0), "c": (0.2, 2, 1), "d": (0.2, 0.3, 0.3)}


def _fits() -> dict[str, float]:
    """Return how well each kitchen's menu fits after five years, on average."""
    return {
        letter: float(frozen.run(drift=drift, noise=noise, step=step).adapted_fit[-1])
        for letter, (drift, noise, step) in KITCHENS.items()
    }


copies = ordering(
    name="copies",
    expected=_fits,
    meaning=(
        "A copy that stays is right where nothing moves. Where tastes move it needs a way to read "
        "them, and to follow every poor reading is worse than to stay."
    ),
    slips={
        "To stay is taken for failing, wherever it is. In kitchen a nothing moves: what would there "
        "be to follow?": lambda: ["ad", "ac"],
        "To change is taken for improving. Kitchen c follows answers that are far off: set the "
        "noise to 2 and the part of the way to 1.": lambda: ["bc", "dc"],
        "A perfect start is taken to last. In kitchen b tastes move by small steps, up and down: do "
        "they cancel, or pile up?": lambda: ["ab", "db"],
    },
)

price = choice(
    name="price",
    # This is a matter of the text: lesson 2, cells fines-after (Gneezy & Rustichini 2000) and
    # source. That the director assumes a, b or c cannot be read from what is said.
    expected=lambda: {"a": False, "b": False, "c": False, "d": True},
    meaning=(
        "In Haifa late pick-ups stayed up after the fine had gone. Nobody knows what these "
        "volunteers will do; the plan does not even ask."
    ),
    slips={
        "It may be so, and the plan would fail in that case too; but the director does not say it. "
        "He expects them to go on unpaid.": lambda: "a",
        "More pay would buy more hours, perhaps. The question is what remains when the pay "
        "ends.": lambda: "b",
        "Hours were counted, and did rise. What is expected of them after the year?": lambda: "c",
    },
)

BATH, OTHER_BATHS = (200, 310), (240, 290)  # visits a week, before and after

free_entry = estimate(
    name="free_entry",
    expected=lambda: (BATH[1] - BATH[0]) - (OTHER_BATHS[1] - OTHER_BATHS[0]),
    factor=1.15,
    unit="visits",
    meaning=(
        "About 60 visits: the other baths tell what would have come anyway, if they are a fair "
        "comparison. That is worth asking before free entry is praised."
    ),
    slips={
        "This puts all that changed down to free entry. What changed where entry was not "
        "free?": lambda: BATH[1] - BATH[0],
        "This compares the baths afterwards. The others had more visits to begin with.": lambda: (
            BATH[1] - OTHER_BATHS[1]
        ),
        "This is what came without free entry, in the other baths.": lambda: (
            OTHER_BATHS[1] - OTHER_BATHS[0]
        ),
        "This adds what should be taken off: the rise that would have come in any case.": lambda: (
            sum(BATH[1:]) - BATH[0] + OTHER_BATHS[1] - OTHER_BATHS[0]
        ),
        "This is the number of visits, and not how many of them are due to free entry.": lambda: [
            BATH[0],
            BATH[1],
            OTHER_BATHS[0],
        ],
    },
)

keep_or_free = matching(
    name="keep_or_free",
    # This is a matter of the text: lesson 2, cell faithful-after, after Hawe, Shiell & Riley 2004
    # and Prost and others 2013.
    expected=lambda: {"1": "b", "2": "a", "3": "a", "4": "b", "5": "a"},
    options="ab",
    meaning=(
        "What hands the problem and its answer over is the function. Where, when and with what "
        "people meet is a form, and theirs to choose."
    ),
    slips={
        "In 1, a habit of the first place is taken for what works. Would the method be lost on a "
        "Friday?": lambda: "1a",
        "In 2, who names the problem is taken for a detail. Whose answer would it be, if somebody "
        "else did?": lambda: "2b",
        "In 3, looking back together is taken for a detail. How would a group notice that it is on "
        "the wrong track?": lambda: "3b",
        "In 4, a tool is taken for what it does. Could a story be told by other means?": lambda: (
            "4a"
        ),
        "In 5, fidelity is taken for doing the same. Who owns what may not be changed?": lambda: (
            "5b"
        ),
    },
)
