"""Answers to the judgement of exercise 3, each thought of by itself, for a test of similarity.

No two are about the same service. Beside them stand the invented class's own, which came earlier
and by another hand. The words that may stand for one another are for paraphrases of them.
"""

from scaling.grading.demo_answers import ESSAYS

TEXTS = (
    *(text for text in ESSAYS if len(text.split()) > 60),
    """Our toddler mornings fill because the health visitor mentions them at every first
call. She is known on each staircase. Elsewhere that post has been vacant since spring, so
nobody would mention anything. I should ask the midwives which doors they still knock on,
and I should stand outside the chemist for an hour and count prams. The interval of the
next place reaches past 1, so a loss cannot be ruled out. Until somebody has counted I
would lend them our toys and our rota for a term and promise no more than tea.""",
    """The walking bus takes thirty children to school. What makes it go is a crossing
that parents fear: take away the lorries and there is no reason to walk in a line. Before
I say yes I want the traffic count from the council and to walk the way myself on a wet
Monday. I would also like to hear from a head teacher whether fathers could come at eight.
With a likeness under 0.85 copying is worse than trying in company, according to question
13, and a hill town is not like ours.""",
    """A debt clinic works when people dare to open their letters. Ours sits above the
library, and one can pretend to return a book. Shame is the factor, then, and the test is
whether there is a door through which nobody minds being seen. I'd visit, photograph
entrances, and ask the post office clerk, who knows more than any survey. Seven villages
had a spread of 0.137 where luck explains 0.085, hence rooms differ in earnest. My offer:
one adviser, Tuesdays, four months, and a report of whatever comes.""",
    """Choir practice lowered blood pressure in our care home, or the conductor did. She
had sung with half the residents' wives at school. It is hard to send a conductor by post.
So question one is who leads, question two what else fills Thursday afternoon, question
three how deaf people are. Nurses can answer all three within a week. I would not forecast
from our figure: weights of 1 over variance make our small home nearly weightless. Let
them sing for ten weeks, write down who stays away, and ring me.""",
    """For the bicycle kitchen we had luck, a free cellar and a retired fitter. Rent is
the support factor nobody writes down. In the second borough cellars cost 900 a month,
which alone would eat the budget. I would get three quotations and find out whether any
workshop shuts on Saturdays. Also, do people there cycle? The census says. If rent is low
and cyclists are many, copy us and save the year of mistakes. If either fails, meet
monthly with two other kitchens, for pairs of three are only three.""",
    """I run a phone line at night for carers. It carries over well, I believe, since a
voice needs no building; still, 0.5 hours a tie is what a caller takes, and forty callers
would need five listeners. Whether those exist is the thing to know. A leaflet at the
hospice and a count of replies would tell within a month. I'd also play them recordings,
with consent, and see whether their dialect hears itself in ours. Meanwhile their callers
may ring us, and after a quarter we look at who did.""",
    """My cousin's school garden feeds a canteen; mine grew thistles. Same seeds, same
plan. The caretaker there has a key and a pension, here he goes home at two. I tell this
because the mean over both gardens would be a decent garden, and neither of us has that
one. Ask, therefore, who holds keys in August. Ask the cook what she will really use. I
would offer seedlings and a visit, and I'd want them to decide by June. The chance of
harm, about 12 in a hundred by question 10, is small but thistles are thistles.""",
    """Reading aloud at the barber's: boys read to whoever is being shaved. It depends
upon barbers who like children and on queues long enough for a chapter. Both can be
observed from a chair. I would get my hair cut in six shops of the second city and note
waiting times. If queues have moved to an app, there is no chapter. Our trial was one
street, so its standard error is larger than any benefit I could name. I'd propose that
three of their barbers and three of ours swap for a fortnight.""",
    """Free breakfast before lessons cut lateness by a third with us. Half of that, I
suspect, is the bus, which arrives at 7.40 whatever one does; children were early and
bored. Where buses come at 8.20 there will be porridge and no eaters. The timetable is
public. I would lay it beside the register for two weeks before spending a penny. The
prediction interval in the exercise runs from 0.14 to 1.77, so I would write to the head:
it may help, it may do nothing, and here is how you will see which.""",
    """We mend clothes in a church hall. Thirty come, because the hall is warm in a cold
town and tea is included; sewing is nearly an excuse. Should a southern parish want it,
warmth will draw nobody. I would want a thermometer reading, half in jest, and a list of
places where old people already sit. Then I'd let them choose their own excuse. Copying is
for those who are alike in what matters. They can have our machines in the summer, when
ours stand idle, and by autumn tell us what became of it.""",
    """A text message the day before reduces missed appointments. I would have called that
context free until a colleague pointed out that in her valley there is no signal. So first
a map of reception, next the share of prepaid numbers that change within a year, finally
whether reminders are read as threats, as they are where debts are collected by phone. A
clerk can sample fifty patients. Thirteen trials gave Q of 152 on 12 degrees of freedom:
unlike places are the rule. Start with one surgery and a coin toss.""",
    """Peer mentors for apprentices: ours are all from the same two works, and they eat
together. That canteen is what I would look for. If trainees over there are scattered over
ninety small firms, nobody meets, and a mentor is one more message unread. The chamber of
crafts has a register with addresses; a dot for each on a map takes an evening. With
scattered dots I would rather link four mentors by train than open an office. I would
claim no percentage, having seen how villages vary beyond chance.""",
)

# Either of a pair may stand for the other.
WORDS = (
    ("would", "should"), ("people", "persons"), ("because", "since"), ("before", "ahead of"),
    ("second", "other"), ("place", "town"), ("many", "numerous"), ("find", "discover"),
    ("ask", "enquire"), ("know", "understand"), ("want", "wish"), ("count", "tally"),
    ("works", "functions"), ("offer", "suggest"), ("same", "identical"), ("whether", "if"),
    ("anything", "something"), ("nobody", "no one"), ("week", "seven days"),
    ("year", "twelvemonth"),
    ("and", "as well as"), ("is", "seems"), ("with", "alongside"), ("there", "over there"),
    ("they", "those people"), ("the", "that"), ("in", "within"), ("for", "on behalf of"),
)  # fmt: skip
