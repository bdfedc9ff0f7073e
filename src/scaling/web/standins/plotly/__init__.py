"""What the course's pages use of plotly's Python package, without its checks.

The real package is where a picture is written and tested: it refuses what plotly does not know. In
the browser it would take most of the time of a step, and a fifth of the memory. The tests of
``tests/web`` compare every figure with the one that the real package makes.
"""
