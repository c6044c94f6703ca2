import re
from pathlib import Path

import pytest
from common import settings as module
from common.settings import Settings, SettingsError, read_settings

URLS = {"DATABASE_URL": "postgresql://app:secret@db/app", "REDIS_URL": "redis://:hidden@cache/0"}


def test_two_urls_are_enough() -> None:
    assert read_settings(URLS) == Settings(
        database_url=URLS["DATABASE_URL"],
        redis_url=URLS["REDIS_URL"],
        bootstrap_api_key=None,
        metrics_host="127.0.0.1",
        metrics_port=9000,
        concurrency=4,
        drain_seconds=25,
        keep_days=30,
        log_level="INFO",
    )


def test_every_setting_can_be_given() -> None:
    given = {
        "BOOTSTRAP_API_KEY": "key",
        "WORKER_METRICS_HOST": "0.0.0.0",  # noqa: S104 - data, nothing listens
        "WORKER_METRICS_PORT": "0",
        "WORKER_CONCURRENCY": "64",
        "WORKER_DRAIN_SECONDS": "600",
        "KEEP_DAYS": "1",
        "LOG_LEVEL": "debug",
    }
    settings = read_settings(URLS | given)
    assert settings.bootstrap_api_key == "key"
    assert settings.metrics_host == given["WORKER_METRICS_HOST"]
    assert (settings.metrics_port, settings.concurrency) == (0, 64)
    assert (settings.drain_seconds, settings.keep_days) == (600, 1)
    assert settings.log_level == "DEBUG"


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL"])
@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_url_is_named_with_an_example(name: str, value: str | None) -> None:
    environment = {key: text for key, text in URLS.items() if key != name}
    if value is not None:
        environment[name] = value
    with pytest.raises(SettingsError, match=rf"^{name} is not set; it looks like \w+://"):
        read_settings(environment)


@pytest.mark.parametrize("text", ["", " 4", "-1", "0", "65", "4.5", "four", "1e1", "²"])
def test_a_number_out_of_bounds_is_refused_with_its_bounds(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings(URLS | {"WORKER_CONCURRENCY": text})
    assert str(caught.value) == (
        f"WORKER_CONCURRENCY is {text!r}; it must be a whole number, 1 to 64"
    )


@pytest.mark.parametrize("text", ["LOUD", "", "10"])
def test_an_unknown_log_level_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match=r"^LOG_LEVEL is "):
        read_settings(URLS | {"LOG_LEVEL": text})


def test_an_empty_bootstrap_key_is_none() -> None:
    assert read_settings(URLS | {"BOOTSTRAP_API_KEY": ""}).bootstrap_api_key is None


def test_secrets_do_not_show() -> None:
    shown = repr(read_settings(URLS | {"BOOTSTRAP_API_KEY": "do-not-tell"}))
    for secret in ("secret", "hidden", "do-not-tell"):
        assert secret not in shown


def test_every_setting_is_in_the_readme_and_every_one_there_is_read() -> None:
    source = Path(module.__file__).read_text()
    read = set(re.findall(r'environment(?:, |\.get\()"([A-Z_]+)"', source))
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    table = readme.partition("## Settings")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    read.add("OTEL_EXPORTER_OTLP_ENDPOINT")  # by seatrial_instrument
    assert set(re.findall(r"`([A-Z_]+)`", "".join(rows))) == read
    assert len(read) == 10
