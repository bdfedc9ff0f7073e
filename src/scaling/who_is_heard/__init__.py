"""Who is heard: voices, equity, and what averages hide (module 5, second lesson)."""
