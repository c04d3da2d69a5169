"""Benchmarks: `python -m tests.bench`. Each figure stands beside its floor, measured in the same run."""
