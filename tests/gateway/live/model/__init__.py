"""A small deterministic world around real cores: databases, buses, clients, faults, and what must hold."""
