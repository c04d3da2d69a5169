"""A service as its callers see it: a real process's server on a free port, and calls made as anybody."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import grpc
from albertplus.live.v1 import read_set_pb2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2

from runtime.auth import ANONYMOUS, PRINCIPAL_KEY, Kind, Principal, Signer, public_jwk
from runtime.client import CHANNEL_OPTIONS
from runtime.interceptors import IDEMPOTENCY_KEY
from runtime.reads import READS_KEY, WRITES_KEY
from runtime.server import Service, ServiceProcess
from runtime.status import DETAILS_KEY

_CALLER = "gateway"
AnswerT = TypeVar("AnswerT")


class Refused(Exception):
    """A call was refused; `reason`, `metadata` and `fields` are what the caller was told."""

    def __init__(self, error: grpc.aio.AioRpcError) -> None:
        super().__init__(f"{error.code().name}: {error.details()}")
        self.code = error.code()
        packed = dict(error.trailing_metadata() or ()).get(DETAILS_KEY)
        self.status = (
            status_pb2.Status.FromString(packed) if isinstance(packed, bytes) else status_pb2.Status()
        )
        self.reason, self.domain, self.metadata, self.fields = "", "", dict[str, str](), list[str]()
        for detail in self.status.details:
            self._read(detail)
        self.reads = _reads(error.trailing_metadata())

    def _read(self, detail: Any) -> None:
        info, broken = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
        if detail.Unpack(info):
            self.reason, self.domain, self.metadata = info.reason, info.domain, dict(info.metadata)
        elif detail.Unpack(broken):
            self.fields = [each.field for each in broken.field_violations]


@dataclass(frozen=True)
class Answer:
    """A response with what travelled beside it."""

    message: Any
    reads: read_set_pb2.ReadSet | None
    writes: read_set_pb2.WriteSet | None

    @property
    def read_keys(self) -> set[str]:
        """The keys of the read set."""
        return {key for read in self.reads.reads for key in read.keys} if self.reads else set()

    @property
    def written_keys(self) -> set[str]:
        """The keys of the write set."""
        return set(self.writes.keys) if self.writes else set()


class Caller:
    """Calls a service as one principal."""

    def __init__(self, channel: grpc.aio.Channel, metadata: tuple[tuple[str, str], ...]) -> None:
        self._channel = channel
        self._metadata = metadata

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """What says who is calling, for clients that make their own calls."""
        return self._metadata

    async def __call__(
        self, stub: Callable[..., Any], method: str, request: Message, *, key: str = ""
    ) -> Any:
        """The response of `stub`'s method. Raises Refused."""
        return (await self.answer(stub, method, request, key=key)).message

    async def answer(
        self, stub: Callable[..., Any], method: str, request: Message, *, key: str = ""
    ) -> Answer:
        """The response with read and write set. Raises Refused."""
        metadata = (*self._metadata, (IDEMPOTENCY_KEY, key)) if key else self._metadata
        call = getattr(stub(self._channel), method)(request, metadata=metadata, timeout=30)
        try:
            message = await call
        except grpc.aio.AioRpcError as error:
            raise Refused(error) from None
        trailing = await call.trailing_metadata()
        packed = dict(trailing or ()).get(WRITES_KEY)
        writes = read_set_pb2.WriteSet.FromString(packed) if isinstance(packed, bytes) else None
        return Answer(message, _reads(trailing), writes)


class RunningService:
    """A service that serves."""

    def __init__(self, process: ServiceProcess, channel: grpc.aio.Channel, signer: Signer, name: str) -> None:
        self.process = process
        self.channel = channel
        self._signer = signer
        self._name = name

    def user(self, subject: str, *, admin: bool = False) -> Caller:
        """Calls as a signed-in user."""
        return self._caller(Principal(subject, Kind.USER, admin))

    def service(self, name: str) -> Caller:
        """Calls as another of our services."""
        return self._caller(Principal.service(name))

    def anonymous(self) -> Caller:
        """Calls as nobody."""
        return self._caller(ANONYMOUS)

    def _caller(self, principal: Principal) -> Caller:
        assertion = self._signer.assertion(principal, self._name)
        return Caller(self.channel, ((PRINCIPAL_KEY, assertion),))


@contextlib.asynccontextmanager
async def running(service: Service, folder: Path, **values: Any) -> AsyncIterator[RunningService]:
    """Serve `service` with the settings `values` (`database_url`, `nats_url`, ...), keys in `folder`."""
    signing, trusted = _keys(folder, service.name)
    process = ServiceProcess(
        service,
        service.settings(signing_key_file=signing, trusted_keys_file=trusted, drain_seconds=0.2, **values),
    )
    await process.start()
    channel = grpc.aio.insecure_channel(f"127.0.0.1:{process.port}", options=CHANNEL_OPTIONS)
    try:
        yield RunningService(
            process, channel, Signer.from_file(_CALLER, folder / f"{_CALLER}.pem"), service.name
        )
    finally:
        await channel.close()
        await process.stop()


async def outcome(call: Awaitable[AnswerT]) -> AnswerT | Refused:
    """What a call came to, a refusal included, for calls made at the same time."""
    try:
        return await call
    except Refused as refused:
        return refused


def _keys(folder: Path, name: str) -> tuple[Path, Path]:
    """The service's private key and the public keys of service and caller, as files."""
    public = []
    for process in (name, _CALLER):
        key = Ed25519PrivateKey.generate()
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / f"{process}.pem").write_bytes(pem)
        public.append(public_jwk(process, key))
    (folder / "trusted.json").write_text(json.dumps({"keys": public}))
    return folder / f"{name}.pem", folder / "trusted.json"


def _reads(trailing: Any) -> read_set_pb2.ReadSet | None:
    packed = dict(trailing or ()).get(READS_KEY)
    return read_set_pb2.ReadSet.FromString(packed) if isinstance(packed, bytes) else None
