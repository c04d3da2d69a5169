"""How much of everything; times are seconds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Reaching a limit costs latency or a clear refusal, never an update."""

    sessions: int = 10_000  # beyond: Close
    queries: int = 256  # per session; beyond: an error as answer, and Close at twice as many
    mutations: int = 1_000  # waiting per session; beyond: an error as outcome
    gone: float = 60.0  # a session with a token of an hour is out of memory so long after its end
    unsent: int = 2  # Transitions on their way to one session
    unsent_for: float = 30.0  # then a session that does not drain is closed
    runs_per_service: int = 32
    runs_per_session: int = 8  # of entries which only this session watches
    ring: int = 65_536  # changes remembered per service
    ring_keys: int = 1_000_000
    idle: float = 5.0  # an entry outlives its last subscriber by this much
    min_interval: float = 0.05  # between runs of an entry whose rows change all the time
    interval_factor: float = 3.0  # ... or so many times as long as a run takes
    interval_most: float = 1.0  # ... but no longer than this, or than a run takes
    send_cost: float = 50e-6  # per subscriber: an entry waited for by its own writer is re-run no faster
    splay_from: int = 200  # more entries hit at once are spread out
    splay_each: float = 0.001
    splay_most: float = 1.0
    runs_spread: int = 8  # of those per service, beside the others: who is hit alone does not wait for them
    hold: float = 0.1  # a result waits this long for others hit by the same change
    first_hold: float = 1.0  # first results wait this long for each other
    retry_first: float = 0.15
    retry_most: float = 5.0
    error_after: float = 5.0  # a run that failed so long shows its error where there is nothing else to show
    error_instead_after: float = 30.0  # ... and so long, where an older answer is shown
    silence: float = 1.5  # no word from a service's bus: ask it
    poll: float = 1.0  # while the bus is silent
    own_writes: int = 32  # remembered one by one per session, and for how long: then as one floor
    own_writes_for: float = 5.0
    direct: int = 256  # write sets per service whose bus copy has not come, and for how long
    direct_for: float = 5.0
