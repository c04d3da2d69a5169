"""What a core keeps: the objects that can be reached from it."""

import gc
from collections import Counter
from types import BuiltinFunctionType, FunctionType, ModuleType

from gateway.live.core import LiveCore


def kept(core: LiveCore) -> Counter[str]:
    """How many objects of each of the live core's classes it keeps alive, and as `all` of any class."""
    found: Counter[str] = Counter()
    seen: set[int] = set()
    left: list[object] = [core]
    while left:
        one = left.pop()
        if id(one) in seen or isinstance(one, type | ModuleType | BuiltinFunctionType):
            continue
        seen.add(id(one))
        found["all"] += 1 + (len(one) if isinstance(one, dict) else 0)  # a walk does not see text keys
        if type(one).__module__.startswith("gateway.live."):
            found[type(one).__name__] += 1
        left += one.__closure__ or () if isinstance(one, FunctionType) else gc.get_referents(one)
    return found
