"""What `assess --fix` shows of a file: the change, and no secret of the lines around it."""

from __future__ import annotations

import datetime as dt
import difflib
from pathlib import Path

import pytest

from seatrial.app.assess import patches, review

TODAY = dt.date(2026, 1, 1)
_ARMOURED = """\
    x-key: |
      -----BEGIN PRIVATE KEY-----
      leak10

      leak11/x
      -----END PRIVATE KEY-----
"""


# published, so that it is no job: a restart policy is safe to add
_HEAD = "services:\n  web:\n    image: acme/web:1.2.3\n    ports: ['80:80']\n"


def diff(folder: Path, service: str) -> str:
    file = folder / "compose.yaml"
    file.write_text(_HEAD + service, encoding="utf-8")
    found, _ = patches(review(file, TODAY)[0])
    return "\n".join(line for each in found for line in each.diff)


@pytest.mark.parametrize(
    "service",
    [
        "    command:\n      - app\n      - --password\n      - leak1\n",
        '    command: ["app", "--password", "leak2"]\n',
        "    command:\n      - root:leak3@tcp(h:1)/x\n",
        "    environment:\n      MYSQL_DSN: root:leak4@tcp(h:1)/x\n",
        "    healthcheck: {test: \"curl -H 'Authorization: Bearer leak5' http://a\"}\n",
        "    command: 'password => \"leak6\"'\n",
        '    environment:\n      - "DB_PASSWORD=${Z:-leak7}"\n',
        "    command: app --token ${TOK:-leak8}\n",
        "    command: php -r \"define('AUTH_KEY','leak9');\"\n",
        '    healthcheck: {test: [CMD, "redis-cli", "-a", "leak12"]}\n',
        '    healthcheck: {test: [CMD, "mysqladmin", "-pleak13", "ping"]}\n',
        '    healthcheck: {test: [CMD, "curl", "-u", "me:leak14", "http://a"]}\n',
        _ARMOURED,
    ],
)
def test_no_secret_stands_in_the_difference(tmp_path: Path, service: str) -> None:
    shown = diff(tmp_path, service)
    assert "+    restart: unless-stopped" in shown
    assert "***" in shown
    assert "leak" not in shown


def test_the_difference_has_the_form_of_diff(tmp_path: Path) -> None:
    shown = diff(tmp_path, "    command: app\n    tty: true\n")
    file = tmp_path / "compose.yaml"
    found, _ = patches(review(file, TODAY)[0])
    before, after = file.read_text(encoding="utf-8"), found[0].text
    expected = difflib.unified_diff(
        before.splitlines(), after.splitlines(), str(file), f"{file} (cured)", lineterm=""
    )
    assert shown == "\n".join(expected)
