"""The page of recent runs."""

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader

from api.auth import CurrentUser
from api.recent import recent_runs

router = APIRouter(include_in_schema=False)

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent / "templates"), autoescape=True
)


@router.get("/")
async def home(request: Request, user: CurrentUser) -> HTMLResponse:
    runs = await recent_runs(request.app.state.services.database, user, limit=50)
    text = _templates.get_template("runs.html").render(runs=runs, user=user)
    return HTMLResponse(text, headers={"Cache-Control": "no-store"})
