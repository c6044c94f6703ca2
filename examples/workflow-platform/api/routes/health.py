"""For machines: readiness, liveness, metrics."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

router = APIRouter(include_in_schema=False)


@router.get("/readyz")
async def readyz(request: Request) -> JSONResponse:
    """503 with the reasons while a store is gone or the schema is not there yet."""
    services = request.app.state.services
    reasons = await services.health.reasons()
    if not services.migrated and not reasons:
        reasons = {"schema": "migrations have not run yet"}
    body = {"ready": not reasons, "reasons": reasons}
    return JSONResponse(body, status_code=503 if reasons else 200)


@router.get("/livez")
async def livez() -> dict[str, bool]:
    return {"live": True}


@router.get("/metrics")
async def metrics() -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
