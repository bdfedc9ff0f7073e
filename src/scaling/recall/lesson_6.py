"""The recall questions of lesson 6, on lessons 5a and 5b."""

from scaling.recall import Option, Question, Recall

recall = Recall(
    "6",
    (
        Question(
            "6.jolt",
            "three_scales.ripples",
            "A jolt hits society as a whole, once. What decides how much of it reaches "
            "people's lives?",
            Option(
                "What the organisations in between pass on and hold back.",
                "A push arrives elsewhere only if something carries it. What comes once also "
                "fades on its way.",
            ),
            (
                Option(
                    "What size the jolt has, since large ones spread by themselves.",
                    "A larger jolt gives more to pass on. It still arrives only as far as "
                    "something carries it.",
                ),
                Option(
                    "What the jolt does to people, since bad ones are held back.",
                    "Organisations hold back good changes and bad ones. By holding back alone "
                    "they cannot tell them apart.",
                ),
            ),
        ),
        Question(
            "6.ratio",
            "who_is_heard.averages",
            "The death rate of one group was several times that of another, and now the ratio "
            "of the two is smaller. What does this say about the group at a disadvantage?",
            Option(
                "Nothing yet, since the rate of the other group may have risen.",
                "A ratio falls when its upper number falls or its lower one rises. Ask which "
                "of the two has moved.",
            ),
            (
                Option(
                    "That fewer of its members die than did before.",
                    "It may be so, but the ratio can fall while more people die in both groups.",
                ),
                Option(
                    "That the difference between the two rates is smaller now.",
                    "It need not be: when both rates rise, the ratio can fall while the "
                    "difference grows.",
                ),
            ),
        ),
        Question(
            "6.reminders",
            "who_is_heard.voices",
            "A survey hears too many satisfied users. Reminders bring several times as many "
            "answers, and move all kinds of users alike. What becomes of its error?",
            Option(
                "It stays about as large, since answers of the same kind keep a bias.",
                "Each kind of user is as over-represented as before. More answers make only "
                "chance smaller.",
            ),
            (
                Option(
                    "It becomes much smaller, since a larger sample is nearer the truth.",
                    "A larger sample is nearer to what it aims at. This one still aims at "
                    "those who like to answer.",
                ),
                Option(
                    "It nearly vanishes, since those who had kept silent have answered now.",
                    "Some of them have, and so have more of the others, in the same proportion.",
                ),
                Option(
                    "It becomes larger, since reminders annoy those who are dissatisfied.",
                    "Other reminders might do that. These move all kinds of users alike.",
                ),
            ),
        ),
    ),
)
