"""For machines: readiness, liveness, metrics."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

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
async def metrics(request: Request) -> Response:
    telemetry = request.app.state.services.telemetry
    page, kind = telemetry.page(request.headers.get("accept", ""))
    return Response(page, headers={"Content-Type": kind})
