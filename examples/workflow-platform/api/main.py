"""The application: `uvicorn api.main:app`."""

import asyncio
import contextlib
import logging
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass

from common import cache
from common.database import Database
from common.errors import DependencyDownError
from common.health import Health
from common.logs import configure_logs, request_id
from common.release import RELEASE
from common.schema import migrate
from common.settings import Settings, SettingsError, read_settings
from common.work_queue import WorkQueue
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from psycopg import AsyncCursor
from psycopg_pool import AsyncConnectionPool
from starlette.exceptions import HTTPException

from api import auth, presence
from api.identify import Identify
from api.routes import health, page, runs, users, workflows
from seatrial_instrument import Telemetry
from seatrial_instrument.asgi import Middleware
from seatrial_instrument.hooks import psycopg, redis

log = logging.getLogger(__name__)

_MOST_REASONS = 3


@dataclass(slots=True, kw_only=True)
class Services:
    """What the routes use, at `request.app.state.services`."""

    settings: Settings
    database: Database
    queue: WorkQueue
    health: Health
    telemetry: Telemetry
    migrated: bool = False


@contextlib.asynccontextmanager
async def lifespan(application: FastAPI) -> AsyncIterator[None]:
    """Open the stores; migrate in the background, so that the process starts without them."""
    settings: Settings = application.state.settings
    telemetry: Telemetry = application.state.telemetry
    database = Database(
        settings.database_url,
        service="api",
        size=8,
        cursors=psycopg.cursor(AsyncCursor, telemetry),
        pools=psycopg.pool(AsyncConnectionPool, telemetry),
    )
    client = redis.observe(cache.connect(settings.redis_url), telemetry)
    await database.open()
    services = Services(
        settings=settings,
        database=database,
        queue=WorkQueue(client),
        health=Health({"database": database.check, "cache": lambda: cache.check(client)}),
        telemetry=telemetry,
    )
    application.state.services = services
    background = [
        asyncio.create_task(_prepare(services)),
        asyncio.create_task(presence.watch(database)),
    ]
    try:
        yield
    finally:
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)
        await client.aclose()
        await database.close()
        log.info("stopped")


async def _prepare(services: Services) -> None:
    """Migrate and store the bootstrap key, again and again until PostgreSQL lets it."""
    while not services.migrated:
        try:
            await migrate(services.database)
            if services.settings.bootstrap_api_key:
                await auth.store_bootstrap_key(
                    services.database, services.settings.bootstrap_api_key
                )
        except DependencyDownError as error:
            log.warning("cannot migrate yet", extra={"fields": {"reason": error.reason}})
            await asyncio.sleep(0.5)
        else:
            services.migrated = True
            log.info("ready to serve")


async def dependency_down(_: Request, error: Exception) -> JSONResponse:
    """503 with the store's name; the details stay in the log."""
    assert isinstance(error, DependencyDownError)
    log.warning(
        "dependency down", extra={"fields": {"dependency": error.store, "reason": error.reason}}
    )
    body = {"error": f"the {error.store} does not answer", "request_id": request_id.get()}
    return JSONResponse(body, status_code=503, headers={"Retry-After": "1"})


async def http_error(_: Request, error: Exception) -> JSONResponse:
    """Every refusal in one shape."""
    assert isinstance(error, HTTPException)
    body = {"error": error.detail, "request_id": request_id.get()}
    return JSONResponse(body, status_code=error.status_code, headers=error.headers)


async def invalid_request(_: Request, error: Exception) -> JSONResponse:
    """422 with where and why. What was sent stays out: not all of it can be written as JSON."""
    assert isinstance(error, RequestValidationError)
    found = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
    body = {"error": "; ".join(found[:_MOST_REASONS]), "request_id": request_id.get()}
    return JSONResponse(body, status_code=422)


def create_app(settings: Settings, telemetry: Telemetry) -> FastAPI:
    """Build the application; nothing is connected before it starts."""
    # FastAPI's own exporter would read the same OTEL_* variables and want another package.
    application = FastAPI(
        title="Workflow platform", lifespan=lifespan, telemetry={"auto_configure": False}
    )
    application.state.settings = settings
    application.state.telemetry = telemetry
    for module in (health, workflows, runs, users, page):
        application.include_router(module.router)
    application.add_exception_handler(DependencyDownError, dependency_down)
    application.add_exception_handler(HTTPException, http_error)
    application.add_exception_handler(RequestValidationError, invalid_request)
    application.add_middleware(Middleware, telemetry=telemetry)
    application.add_middleware(Identify)  # outside: the line of a request carries its id, too
    return application


def from_environment() -> FastAPI:
    """The application as the environment sets it. Ends the process when that is wrong."""
    try:
        settings = read_settings()
    except SettingsError as error:
        sys.exit(f"api: {error}")
    configure_logs("api", settings.log_level)
    return create_app(settings, Telemetry.from_environment("api", version=RELEASE))


app = from_environment()
