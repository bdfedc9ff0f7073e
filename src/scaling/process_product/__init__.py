"""Process and product: what travels, what freezes, and the trust it depends on (module 2)."""
