"""Does It Scale? The models, explorables and checks that the course's notebooks import."""

__version__ = "0.1.0"
