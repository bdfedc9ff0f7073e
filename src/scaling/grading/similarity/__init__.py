"""Which answers are more alike than chance makes them: ``python -m scaling similarity``.

``tokens`` reads code and prose so that names, layout and numbers do not matter; ``winnowing`` takes
fingerprints of them; ``pairs`` leaves out what many share and compares the rest. ``documents``
reads what a class handed in, and ``report`` shows pairs side by side. Its page asks, and never says
that somebody has copied.
"""
