"""The recall questions of lesson 5a, on lessons 3 and 4."""

from scaling.recall import Option, Question, Recall

recall = Recall(
    "5a",
    (
        Question(
            "5a.villages",
            "size_context.villages",
            "The share of households that take up an offer differs widely between small "
            "villages. Which question comes first?",
            Option(
                "How far apart would chance alone set villages of this size?",
                "Shares of few households jump about even if all decide alike. What is left "
                "beyond that is to be explained.",
            ),
            (
                Option(
                    "What do the villages with the highest shares do differently?",
                    "With few households a village can be at the top by luck. Then there is "
                    "nothing to be found in it.",
                ),
                Option(
                    "Which local conditions go together with a higher share?",
                    "That comes next. Asked first, it may look for the causes of differences "
                    "that are chance.",
                ),
            ),
        ),
        Question(
            "5a.best-services",
            "scaling_down.funnel",
            "In a list of services by the share of people they help, most of the best are "
            "small. What does that show about size?",
            Option(
                "Little, until one has looked at the size of the worst as well.",
                "Chance moves small services most, up and down. If they fill both ends, size "
                "itself may do nothing.",
            ),
            (
                Option(
                    "That small services are closer to people and help them more.",
                    "They may, but this list does not show it: chance alone would put small "
                    "services at the top, and at the bottom.",
                ),
                Option(
                    "That large services should be divided into smaller ones.",
                    "This takes the top of a list for an effect of size. The bottom may be "
                    "full of small ones as well.",
                ),
                Option(
                    "That lists of this kind show chance and nothing else.",
                    "That goes too far: services may truly differ. Both ends and the next "
                    "period help to tell.",
                ),
            ),
        ),
        Question(
            "5a.layers",
            "scaling_down.layers",
            "In a tall organisation each layer passes on nearly all of what it hears. How "
            "much of what the front line knows reaches the top?",
            Option(
                "Clearly less than nearly all, since losses multiply over the layers.",
                "Each layer takes its part from what the one below has left. All desks can do "
                "well while much is lost.",
            ),
            (
                Option(
                    "Nearly all of it, since each of the layers does its work well.",
                    "Each does, and what arrives is still a part of a part of a part. The "
                    "loss lies in the number of layers.",
                ),
                Option(
                    "As much as the worst of its layers lets through, and no less.",
                    "All layers take their part, one after the other, so less arrives than "
                    "even the worst would let through alone.",
                ),
            ),
        ),
    ),
)
