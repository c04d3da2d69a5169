"""The services' change logs: kept contiguous, watched for silence, repaired where they are not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gateway.live.context import Context
from gateway.live.log import ServiceLog
from gateway.live.messages import Change, Repair, ServiceRead, WriteSet


@dataclass(frozen=True, slots=True)
class News:
    """What became known: further changes, or that the log begins anew; and whether silence ended."""

    changes: Sequence[Change] = ()
    anew: bool = False
    back: bool = False


_NO_NEWS = News()


class Services:
    """One log per service, from the broker's bundles, the services' own answers and what runs bring."""

    def __init__(self, context: Context, names: Iterable[str]) -> None:
        self._context = context
        self._logs: dict[str, ServiceLog] = {}
        for name in names:
            self.log(name)

    def log(self, service: str) -> ServiceLog:
        """The log of a service; one that is met for the first time is asked for its position."""
        log = self._logs.get(service)
        if log is None:
            context = self._context
            log = self._logs[service] = ServiceLog(service, context.limits, context.now, context.on("gap"))
            self._ask(log)
            self._watch(log)
        return log

    def heard(self, service: str, epoch: int, head: int, changes: Sequence[Change]) -> News:
        """A bundle from the broker. Its head counts only in a heartbeat: a batch may be several bundles."""
        log = self.log(service)
        if epoch < log.epoch and self._context.on("old_epoch"):
            return _NO_NEWS
        log.heard_at = self._context.now
        log.forget(self._context.now)
        back = self._no_longer_quiet(log)
        if self._is_new(log, epoch):
            log.adopt(epoch, max(head, changes[-1].seq if changes else 0))
            return News(anew=True, back=True)
        new = log.extend(changes)
        if changes:
            if changes[-1].seq > log.seq:
                self._ask(log)
        elif head > log.seq and self._context.on("heartbeat"):
            self._ask(log)
        return News(new, back=back)

    def repaired(self, service: str, epoch: int, head: int, changes: Sequence[Change] | None) -> News:
        """The answer to a Repair."""
        log = self.log(service)
        log.repairing = False
        if epoch < log.epoch:
            self._ask_later(log)
            return _NO_NEWS
        log.failures = 0
        log.forget(self._context.now)
        back = self._no_longer_quiet(log)
        hole = changes is None or (bool(changes) and changes[0].seq > log.seq + 1)
        if self._is_new(log, epoch) or (hole and self._context.on("truncated")):
            log.adopt(epoch, head if epoch > log.epoch else max(head, log.seq))
            return News(anew=True, back=True)
        new = log.extend(changes or ())
        if head > log.seq:
            if new:
                self._ask(log)
            else:
                self._ask_later(log)
        return News(new, back=back)

    def repair_failed(self, service: str) -> None:
        """A Repair got no answer."""
        log = self.log(service)
        log.repairing = False
        log.quiet = True
        self._ask_later(log)

    def met(self, read: ServiceRead) -> bool:
        """A run brought this; true if it is the first sign of a new epoch: the log begins anew."""
        log = self.log(read.service)
        if not self._is_new(log, read.epoch):
            return False
        log.adopt(read.epoch, read.head)
        self._ask(log)
        return True

    def remember(self, write: WriteSet, after_run: int) -> None:
        """A mutation wrote this."""
        log = self.log(write.service)
        log.remember(write, after_run, self._context.now)
        if write.epoch > log.epoch:
            self._ask(log)

    def _is_new(self, log: ServiceLog, epoch: int) -> bool:
        return epoch > log.epoch and (log.epoch == 0 or self._context.on("new_epoch"))

    @staticmethod
    def _no_longer_quiet(log: ServiceLog) -> bool:
        was, log.quiet = log.quiet, False
        return was

    def _ask(self, log: ServiceLog) -> None:
        if not log.repairing:
            log.repairing = True
            self._context.effects.append(Repair(log.service, log.epoch, log.seq))

    def _ask_later(self, log: ServiceLog) -> None:
        log.failures += 1
        delay = self._context.backoff(log.failures, self._context.limits.poll)
        self._context.at(self._context.now + delay, lambda: self._ask(log))

    def _watch(self, log: ServiceLog) -> None:
        """Look again when the bus should have spoken; while it does not, ask the service itself."""
        limits, now = self._context.limits, self._context.now
        silent_from = log.heard_at + limits.silence
        if now < silent_from:
            again = silent_from
        else:
            again = now + limits.poll
            log.quiet = True
            if self._context.on("silence"):
                self._ask(log)
        self._context.at(again, lambda: self._watch(log))
