"""Size and context: ties that thin out, places that differ, and joining up (module 3)."""
