"""The recall questions of lesson 4, on lessons 2 and 3."""

from scaling.recall import Option, Question, Recall

recall = Recall(
    "4",
    (
        Question(
            "4.fine",
            "process_product.fines",
            "Day-care centres begin to charge a small fine for coming late, and more parents "
            "come late. What do the counts say about why?",
            Option(
                "Little, since more than one motive would give the same counts.",
                "The fine may have made a debt to a person into something to be bought. Or it "
                "showed how little would follow.",
            ),
            (
                Option(
                    "That parents now saw coming late as something they may buy.",
                    "This is one reading, and it fits. Another fits as well: the fine told "
                    "parents how little would follow.",
                ),
                Option(
                    "That the fine was too small, and a larger one would have worked.",
                    "A larger one may deter, but it was not tried there. This is a guess "
                    "about another experiment.",
                ),
            ),
        ),
        Question(
            "4.next-place",
            "size_context.next_place",
            "A method has been tried in very many places. Its mean effect is known exactly by "
            "now, and its true effects differ from place to place. What should the next place "
            "reckon with?",
            Option(
                "With the prediction interval, as wide as places truly differ.",
                "More places pin down the mean. They do not make places alike, and the next "
                "one gets an effect of its own.",
            ),
            (
                Option(
                    "With the interval of the mean, which is very narrow by now.",
                    "That interval is about the mean over places. The next place is a single "
                    "one, and may be far from the mean.",
                ),
                Option(
                    "With the mean itself, since chance has been averaged out of it.",
                    "Chance has been averaged out, and true differences remain: the next "
                    "place is not the mean of all places.",
                ),
                Option(
                    "With anything at all, since each place is a case of its own.",
                    "The range is wide, but it has limits. To know what about a place matters "
                    "can narrow it.",
                ),
            ),
        ),
        Question(
            "4.copy",
            "size_context.joining_up",
            "Communities look for a practice that works for them. When does copying the best "
            "one's practice to all serve them better than joining them up?",
            Option(
                "When the places are alike in what matters for the practice.",
                "Then what is best in one is nearly the best in all of them. Where places "
                "differ, copying brings what suits another place.",
            ),
            (
                Option(
                    "When the best place is far ahead of all the others.",
                    "Its lead shows how well the practice suits that place. Elsewhere this "
                    "counts only as far as the places are alike.",
                ),
                Option(
                    "When there is plenty of time to carry the practice to the others.",
                    "Time helps those who try things and learn from neighbours: then joining "
                    "up is never far behind.",
                ),
                Option(
                    "When the places know and watch each other already.",
                    "That is what joining up lives on: a place that sees its neighbours can "
                    "borrow what suits it.",
                ),
            ),
        ),
    ),
)
