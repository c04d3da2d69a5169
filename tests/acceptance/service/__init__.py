"""A small service of its own behind the acceptance suite's functions, built like any other."""
