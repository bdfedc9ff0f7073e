"""Three scales: where a change acts, who is heard, and what averages hide (module 5)."""
