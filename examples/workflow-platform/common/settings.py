"""Configuration, from the environment and from nowhere else."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


class SettingsError(Exception):
    """A variable is missing or cannot be read; the text says which and what it should be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set. Secrets are left out of the repr."""

    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    bootstrap_api_key: str | None = field(default=None, repr=False)
    metrics_host: str = "127.0.0.1"
    metrics_port: int = 9000
    concurrency: int = 4
    drain_seconds: int = 25
    keep_days: int = 30
    log_level: str = "INFO"


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from environment variables. Raises SettingsError."""
    return Settings(
        database_url=_required(environment, "DATABASE_URL", "postgresql://user:password@host/app"),
        redis_url=_required(environment, "REDIS_URL", "redis://host:6379/0"),
        bootstrap_api_key=environment.get("BOOTSTRAP_API_KEY") or None,
        metrics_host=environment.get("WORKER_METRICS_HOST", "127.0.0.1"),
        metrics_port=_whole(environment, "WORKER_METRICS_PORT", 9000, 0, 65535),
        concurrency=_whole(environment, "WORKER_CONCURRENCY", 4, 1, 64),
        drain_seconds=_whole(environment, "WORKER_DRAIN_SECONDS", 25, 0, 600),
        keep_days=_whole(environment, "KEEP_DAYS", 30, 1, 3650),
        log_level=_level(environment, "LOG_LEVEL", "INFO"),
    )


def _required(environment: Mapping[str, str], name: str, example: str) -> str:
    value = environment.get(name)
    if not value:
        raise SettingsError(f"{name} is not set; it looks like {example}")
    return value


def _level(environment: Mapping[str, str], name: str, default: str) -> str:
    level = environment.get(name, default).upper()
    if level not in _LEVELS:
        raise SettingsError(f"{name} is {level!r}; it must be one of {', '.join(_LEVELS)}")
    return level


def _whole(environment: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = environment.get(name, str(default))
    if not text.isdecimal() or not low <= int(text) <= high:
        raise SettingsError(f"{name} is {text!r}; it must be a whole number, {low} to {high}")
    return int(text)
