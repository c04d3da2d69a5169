from albertplus.catalog.v1 import app_config_pb2 as _app_config_pb2
from albertplus.catalog.v1 import upsert_pb2 as _upsert_pb2
from albertplus.live.v1 import access_pb2 as _access_pb2
from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetAppConfigRequest(_message.Message):
    __slots__ = ("key",)
    KEY_FIELD_NUMBER: _ClassVar[int]
    key: str
    def __init__(self, key: _Optional[str] = ...) -> None: ...

class GetAppConfigResponse(_message.Message):
    __slots__ = ("app_config",)
    APP_CONFIG_FIELD_NUMBER: _ClassVar[int]
    app_config: _app_config_pb2.AppConfig
    def __init__(self, app_config: _Optional[_Union[_app_config_pb2.AppConfig, _Mapping]] = ...) -> None: ...

class ListAppConfigsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListAppConfigsResponse(_message.Message):
    __slots__ = ("app_configs", "next_page_token")
    APP_CONFIGS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    app_configs: _containers.RepeatedCompositeFieldContainer[_app_config_pb2.AppConfig]
    next_page_token: str
    def __init__(self, app_configs: _Optional[_Iterable[_Union[_app_config_pb2.AppConfig, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class BatchGetAppConfigsRequest(_message.Message):
    __slots__ = ("keys",)
    KEYS_FIELD_NUMBER: _ClassVar[int]
    keys: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, keys: _Optional[_Iterable[str]] = ...) -> None: ...

class BatchGetAppConfigsResponse(_message.Message):
    __slots__ = ("app_configs", "missing_keys")
    APP_CONFIGS_FIELD_NUMBER: _ClassVar[int]
    MISSING_KEYS_FIELD_NUMBER: _ClassVar[int]
    app_configs: _containers.RepeatedCompositeFieldContainer[_app_config_pb2.AppConfig]
    missing_keys: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, app_configs: _Optional[_Iterable[_Union[_app_config_pb2.AppConfig, _Mapping]]] = ..., missing_keys: _Optional[_Iterable[str]] = ...) -> None: ...

class BatchUpsertAppConfigsRequest(_message.Message):
    __slots__ = ("app_configs", "dry_run")
    APP_CONFIGS_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    app_configs: _containers.RepeatedCompositeFieldContainer[_app_config_pb2.AppConfigInput]
    dry_run: bool
    def __init__(self, app_configs: _Optional[_Iterable[_Union[_app_config_pb2.AppConfigInput, _Mapping]]] = ..., dry_run: _Optional[bool] = ...) -> None: ...

class BatchUpsertAppConfigsResponse(_message.Message):
    __slots__ = ("results",)
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[_upsert_pb2.UpsertResult]
    def __init__(self, results: _Optional[_Iterable[_Union[_upsert_pb2.UpsertResult, _Mapping]]] = ...) -> None: ...

class DeleteAppConfigRequest(_message.Message):
    __slots__ = ("key",)
    KEY_FIELD_NUMBER: _ClassVar[int]
    key: str
    def __init__(self, key: _Optional[str] = ...) -> None: ...

class DeleteAppConfigResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
