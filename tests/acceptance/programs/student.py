"""What a program with the official Python client does: `python student.py URL CHANNEL TOKEN BAD_TOKEN`.

It is a process of its own since the client's blocking iterators stop every other thread.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from convex import ConvexClient, ConvexError, ConvexInt64
from convex.http_client import ConvexHttpClient

url, channel, token, bad_token = sys.argv[1:]


def fails(call: Callable[..., Any], *arguments: Any) -> Any:
    """What the call raises."""
    try:
        call(*arguments)
    except Exception as error:
        return error
    raise AssertionError(f"{arguments} did not fail")


client: Any = ConvexClient(url)
assert client.query("acceptance:count", {"channel": channel}) == 0.0
values: Any = {
    "none": None,
    "float": 1.5,
    "whole": 2.0,
    "int": ConvexInt64(7),
    "bytes": b"\0\xff",
    "list": [True, "ż"],
}
assert client.query("acceptance:echo", values) == values

updates = client.subscribe("acceptance:list", {"channel": channel})
assert next(updates) == []
sent = client.mutation("acceptance:send", {"channel": channel, "body": "one"})
(row,) = next(updates)
assert (row["_id"], row["body"], row["author"]) == (sent, "one", None)

error = fails(client.mutation, "acceptance:failMutation", {"channel": channel, "data": {"code": 7.0}})
assert isinstance(error, ConvexError), error
assert error.data == {"code": 7.0}
assert "plain" in str(fails(client.mutation, "acceptance:failMutation", {"message": "plain"}))
assert "Could not find" in str(fails(client.query, "acceptance:nope", {}))
assert client.mutation("acceptance:noop", {}) == "noop"
assert client.action("acceptance:act", {"x": 3.0}) == {"acted": 3.0}
assert len(client.query("acceptance:big", {"bytes": 8_000_000.0})) == 8_000_000

client.set_auth(token)
assert client.query("acceptance:private", {}) == "alice"
client.mutation("acceptance:send", {"channel": channel, "body": "two"})
assert [row["author"] for row in client.query("acceptance:list", {"channel": channel})] == [None, "alice"]
client.clear_auth()
assert client.query("acceptance:whoami", {}) is None

http: Any = ConvexHttpClient(url)
assert http.query("acceptance:count", {"channel": channel}) == 2.0
http.mutation("acceptance:send", {"channel": channel, "body": "three"})
assert http.action("acceptance:act", {"x": "y"}) == {"acted": "y"}
assert http.query("acceptance:echo", values) == values
assert isinstance(fails(http.query, "acceptance:fail", {"data": 1.0}), ConvexError)
http.set_auth(token)
assert http.query("acceptance:whoami", {})["subject"] == "alice"
http.set_auth(bad_token)
assert "401" in str(fails(http.query, "acceptance:whoami", {}))
print("done", flush=True)
