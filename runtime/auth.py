"""Who is calling, between processes: short-lived signed assertions of a principal.

The gateway verifies a user's own token and from then on speaks for them; each hop is signed by the
process that makes it, for the process that receives it, and can be verified offline.
"""

from __future__ import annotations

from runtime.key_files import public_jwk
from runtime.principal import ANONYMOUS, PRINCIPAL_KEY, Caller, Kind, Principal
from runtime.signing import Signer
from runtime.verifying import Verifier

__all__ = [
    "ANONYMOUS",
    "PRINCIPAL_KEY",
    "Caller",
    "Kind",
    "Principal",
    "Signer",
    "Verifier",
    "public_jwk",
]
