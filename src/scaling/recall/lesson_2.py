"""The recall questions of lesson 2, on lessons 1a and 1b."""

from scaling.recall import Option, Question, Recall

recall = Recall(
    "2",
    (
        Question(
            "2.best-town",
            "scaling_up.winners_curse",
            "Many towns try the same idea. A fund picks the town with the best report and "
            "goes on with it there, with nothing changed. What should it expect from that "
            "town?",
            Option(
                "More than from an average town, and less than the report said.",
                "The best report holds a true effect and luck. The effect stays, the luck "
                "does not.",
            ),
            (
                Option(
                    "As much as the report said, since nothing about the town changes.",
                    "Nothing changes, yet to come first a town needs luck as well, and its "
                    "luck does not come again.",
                ),
                Option(
                    "More than the report said, since the town has had some practice.",
                    "Practice may come on top, but choosing does not bring it. What choosing "
                    "brings is a report that flatters.",
                ),
                Option(
                    "As much as from an average town, since its lead was luck.",
                    "Luck is a part of the lead, and not all of it: choosing the best still "
                    "beats drawing a town by lot.",
                ),
            ),
        ),
        Question(
            "2.routine",
            "scaling_up.programmes",
            "A programme has a smaller effect in routine practice than where researchers ran "
            "it themselves. What does this comparison show?",
            Option(
                "That less is left in routine practice, and not why.",
                "Lots were not drawn for who runs a programme. Risks, people and care may "
                "differ as well as the setting.",
            ),
            (
                Option(
                    "That the staff in routine practice departed from the method.",
                    "They may have, but the comparison cannot show it: they also treated "
                    "other people, at other risk.",
                ),
                Option(
                    "That the programme is not worth having outside of research.",
                    "A smaller effect can be worth its cost. In the lesson what was left in "
                    "practice was well above nothing.",
                ),
                Option(
                    "That the method wears off with each further year of its use.",
                    "The comparison is between those who ran it, and not between years. Wear "
                    "is one explanation of several.",
                ),
            ),
        ),
        Question(
            "2.curve",
            "scaling_up.corn",
            "A new practice spreads along a curve that a model of word of mouth fits well. "
            "What does the curve say about influence?",
            Option(
                "Little, since people who never heed each other give such curves too.",
                "Each year's share carries the years before, so many stories fit. To tell "
                "them apart one has to know who knew whom.",
            ),
            (
                Option(
                    "Much, since a curve that influence fits so well comes from influence.",
                    "A good fit shows that a story is possible. It does not rule out the others.",
                ),
                Option(
                    "Much, since the steep part is where people copy those around them.",
                    "People who become ready at different times make a steep part as well, "
                    "without heeding each other.",
                ),
            ),
        ),
    ),
)
