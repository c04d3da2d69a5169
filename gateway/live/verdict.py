"""Whether a run's result may be shown, and whether it is up to date."""

from enum import Enum, auto

from gateway.live.context import Context
from gateway.live.entry import Entry, Run, older
from gateway.live.messages import ReadSet
from gateway.live.services import Services


class Verdict(Enum):
    """What becomes of a result."""

    CLEAN = auto()  # shows all that is known
    STALE = auto()  # may be shown, and has to run again
    TOO_OLD = auto()  # of a time about which the log can't say what happened since: run again
    BACKWARDS = auto()  # of an older database, or older than what is shown: run again later


def judge(context: Context, services: Services, entry: Entry, run: Run, reads: ReadSet) -> Verdict:
    """Compare what was read, and when, with everything known by now."""
    for read in reads.reads:
        log = services.log(read.service)
        if read.epoch < log.epoch and context.on("new_epoch"):
            return Verdict.BACKWARDS
        if read.head < log.base and context.on("as_of"):
            return Verdict.TOO_OLD
    if entry.answer is not None and context.on("monotonic") and older(reads, entry.answer.reads):
        return Verdict.BACKWARDS
    if context.on("check_at_end"):
        for read in reads.reads:
            keys = read.keys if context.on("new_reads") else entry.keys
            if services.log(read.service).missing(read, keys, run.run_id):
                return Verdict.STALE
    return Verdict.CLEAN
