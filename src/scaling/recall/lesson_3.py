"""The recall questions of lesson 3, on lessons 1b and 2."""

from scaling.recall import Option, Question, Recall

recall = Recall(
    "3",
    (
        Question(
            "3.publicity",
            "scaling_up.adoption",
            "Most people adopt an idea by word of mouth. Publicity for it is doubled from the "
            "start. Otherwise a quarter would have adopted it by now. How many have?",
            Option(
                "More, and less than twice as many, since most adopt by word of mouth.",
                "Publicity starts the curve earlier. From then on, those who have the idea "
                "pass it on.",
            ),
            (
                Option(
                    "Twice as many, since twice as many people hear of the idea.",
                    "Twice as many hear of it from publicity, which is the smaller part; and "
                    "those who have the idea cannot be won again.",
                ),
                Option(
                    "More than twice as many, since each early adopter wins others.",
                    "Early adopters do win others, but they soon meet people who have the "
                    "idea already.",
                ),
                Option(
                    "About as many, since publicity hardly counts once people talk.",
                    "It counts: it moves the whole curve forward, and without any of it there "
                    "would be no first adopter.",
                ),
            ),
        ),
        Question(
            "3.handbook",
            "process_product.what_travels",
            "A handbook brings a service to many places, without the process in which it "
            "grew. For the same money it could be grown anew in fewer places. When do the "
            "many copies do more good in all?",
            Option(
                "When only a small part of the effect came from the process.",
                "Then each copy keeps most of the effect, and the number of places decides. "
                "Where the process is a large part, fewer places do more.",
            ),
            (
                Option(
                    "When they reach more people than the fewer places would.",
                    "Reach multiplies what arrives in each place. Where little arrives, many "
                    "places add up to little.",
                ),
                Option(
                    "When the handbook is followed to the letter in every place.",
                    "Fidelity keeps what is in the box. What came from the process is not in it.",
                ),
                Option(
                    "When a good evaluation of the first place comes with it.",
                    "An evaluation tells what the first place achieved. It does not tell "
                    "which part of that is in the box.",
                ),
            ),
        ),
        Question(
            "3.frozen",
            "process_product.frozen",
            "A copy fitted its new place on the day it arrived and is kept exactly as it was. "
            "What is right there moves a little each month, up or down, at random. What "
            "becomes of the fit?",
            Option(
                "It tends to get worse and worse, since random steps pile up.",
                "The steps do not cancel: on average the distance from where they began grows "
                "with time.",
            ),
            (
                Option(
                    "It stays good on average, since random steps cancel out.",
                    "Their mean is nothing, and the distance grows all the same: a random "
                    "walk leads away from its start.",
                ),
                Option(
                    "It gets worse at first and better once the staff have settled in.",
                    "Staff may settle in, but the copy does not move. What is right moves on, "
                    "month after month.",
                ),
                Option(
                    "It stays good for as long as the staff keep to the handbook.",
                    "They keep to what was right on the first day. What is right now has moved on.",
                ),
            ),
        ),
    ),
)
