"""redis-py, blocking and asyncio: one client, or one client and its pipelines.

Told: the command's name, the server's address, the number of commands of a pipeline. Never a key
nor a value.
"""

import inspect
from typing import Any, TypeVar

from seatrial_instrument.span import Value
from seatrial_instrument.store import Call, store_call
from seatrial_instrument.telemetry import Telemetry

Client = TypeVar("Client")
_SYSTEM = "redis"
_LONGEST_NAME = 30


def observe(client: Client, telemetry: Telemetry) -> Client:
    """Make spans and observations of what this client does from now on; gives the client."""
    own: Any = client
    where = _where(own)
    execute = own.execute_command
    pipeline = own.pipeline

    def call(args: tuple[Any, ...]) -> Call:
        return store_call(telemetry, _SYSTEM, _command(args), attributes=dict(where))

    if inspect.iscoroutinefunction(execute):

        async def awaited(*args: Any, **options: Any) -> Any:
            with call(args):
                return await execute(*args, **options)

        vars(own)["execute_command"] = awaited
    else:

        def called(*args: Any, **options: Any) -> Any:
            with call(args):
                return execute(*args, **options)

        vars(own)["execute_command"] = called

    def made(*args: Any, **options: Any) -> Any:
        return _pipeline(pipeline(*args, **options), telemetry, where)

    vars(own)["pipeline"] = made
    return client


def _pipeline(pipe: Any, telemetry: Telemetry, where: dict[str, Value]) -> Any:
    execute = pipe.execute

    def call() -> Call:
        size = len(pipe.command_stack)
        attributes = {**where, "db.operation.batch.size": size}
        return store_call(telemetry, _SYSTEM, "PIPELINE", attributes=attributes)

    if inspect.iscoroutinefunction(execute):

        async def awaited(*args: Any, **options: Any) -> Any:
            with call():
                return await execute(*args, **options)

        vars(pipe)["execute"] = awaited
    else:

        def called(*args: Any, **options: Any) -> Any:
            with call():
                return execute(*args, **options)

        vars(pipe)["execute"] = called
    return pipe


def _command(args: tuple[Any, ...]) -> str:
    """The command's first word: the rest may be a key, where a program puts all into one text."""
    first = args[0] if args else ""
    text = first.decode("ascii", "replace") if isinstance(first, bytes) else str(first)
    word = text.split(" ", 1)[0].upper()
    return word if word.replace(".", "").isalnum() and len(word) <= _LONGEST_NAME else "OTHER"


def _where(client: Any) -> dict[str, Value]:
    given = getattr(getattr(client, "connection_pool", None), "connection_kwargs", {})
    found: dict[str, Value] = {}
    if host := given.get("host"):
        found["server.address"] = str(host)
        found["server.port"] = int(given.get("port") or 6379)
    return found
