"""Process and product: what travels, what freezes, and the trust it stands on (module 2)."""
