"""Who may run next: bounded per upstream service, in turns between sessions."""

from collections import deque

from gateway.live.entry import Entry

_Owner = str | None


class Lane:
    """The entries that wait for one upstream, in one queue per session that alone watches them."""

    def __init__(self, per_service: int, per_session: int) -> None:
        self._per_service = per_service
        self._per_session = per_session
        self._running = 0
        self._running_of: dict[_Owner, int] = {}
        self._waiting: dict[_Owner, deque[Entry]] = {}
        self._turns: deque[_Owner] = deque()  # owners that have something waiting and may start it

    def put(self, entry: Entry, owner: _Owner) -> None:
        """Queue an entry; an urgent one goes before its owner's others."""
        queue = self._waiting.get(owner)
        if queue is None:
            queue = self._waiting[owner] = deque()
            if self._may_run(owner):
                self._turns.append(owner)
        entry.queued = True
        if entry.urgent:
            queue.appendleft(entry)
        else:
            queue.append(entry)

    def take(self) -> tuple[Entry, _Owner] | None:
        """The next entry to run, which then counts as running; None if nothing may start."""
        if self._running >= self._per_service or not self._turns:
            return None
        owner = self._turns.popleft()
        queue = self._waiting[owner]
        entry = queue.popleft()
        entry.queued = False
        self._running += 1
        self._running_of[owner] = self._running_of.get(owner, 0) + 1
        if not queue:
            del self._waiting[owner]
        elif self._may_run(owner):
            self._turns.append(owner)
        return entry, owner

    def release(self, owner: _Owner) -> None:
        """A run of this owner is over."""
        blocked = owner in self._waiting and not self._may_run(owner)
        self._running -= 1
        left = self._running_of[owner] - 1
        if left:
            self._running_of[owner] = left
        else:
            del self._running_of[owner]
        if blocked and self._may_run(owner):
            self._turns.append(owner)

    def _may_run(self, owner: _Owner) -> bool:
        return owner is None or self._running_of.get(owner, 0) < self._per_session
