"""The recall questions of lesson 5b, on lessons 4 and 5a."""

from scaling.recall import Option, Question, Recall

recall = Recall(
    "5b",
    (
        Question(
            "5b.reserve",
            "scaling_down.shared_backup",
            "Teams that decide for themselves share a reserve of helpers with a few "
            "neighbours. Against which bad weeks does this not help?",
            Option(
                "Against those that strike all of the teams at once.",
                "Sharing evens out what strikes one by one. When all need help at once, "
                "something larger has to be behind them.",
            ),
            (
                Option(
                    "Against those that strike one team several times in a row.",
                    "That is what a shared reserve is for: the neighbours have ordinary weeks "
                    "meanwhile and can help.",
                ),
                Option(
                    "Against those of teams so small that chance moves them most.",
                    "Small teams swing most, so they gain most from sharing.",
                ),
            ),
        ),
        Question(
            "5b.crowd",
            "three_scales.collective_action",
            "On one estate nearly all tenants join a protest, on another hardly any. What "
            "does this show about what the tenants want?",
            Option(
                "Little, since a small difference in how people wait for others can decide.",
                "A cascade gets past a narrow place, or it ends there. On both estates people "
                "may want the same.",
            ),
            (
                Option(
                    "Much, since those who want a change act, and the others stay away.",
                    "On the quiet estate nearly all may want it, each waiting for a few "
                    "others to begin.",
                ),
                Option(
                    "Much, since on average the quiet estate must be less willing.",
                    "The averages can be equal: a slightly larger spread is enough for those "
                    "who begin to carry the others along.",
                ),
            ),
        ),
        Question(
            "5b.loops",
            "three_scales.system_map",
            "A map shows how a service and a plan for it act on each other. Which unwelcome "
            "effects of the plan will probably be felt last?",
            Option(
                "Those that come back to the plan through a long loop of links.",
                "If each link takes its time, what comes by many links comes late, when the "
                "plan may long have been praised.",
            ),
            (
                Option(
                    "Those that come back to the plan through a short loop of links.",
                    "Short loops close soon, so their effects are felt early.",
                ),
                Option(
                    "Those that act on the people who drew no part of the map.",
                    "They may be missing from the map, which is a fault of its own. It does "
                    "not make the effects late.",
                ),
            ),
        ),
    ),
)
