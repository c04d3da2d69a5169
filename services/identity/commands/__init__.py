"""Commands: what changes identity's data. Each takes the transaction it writes in."""
