"""Plays many worlds and tells about the first that fails, shortened."""

from dataclasses import replace

from tests.gateway.live.model.schedule import fails, generate, shorten


def first_failure(seeds: range, without: str | None = None) -> int | None:
    """The first seed whose world fails."""
    disabled = frozenset([without] if without else [])
    return next((seed for seed in seeds if fails(*generate(seed, disabled))), None)


def explain(seed: int, without: str | None = None) -> str:
    """What goes wrong in this world, in as few steps as possible."""
    settings, schedule = generate(seed, frozenset([without] if without else []))
    shorter = shorten(settings, schedule)
    steps = "\n".join(f"    {step}" for step in shorter)
    what = fails(settings, shorter)
    return f"seed {seed}: {what}\n  {replace(settings)}\n  shortest schedule found:\n{steps}"
