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


def diff(folder: Path, service: str) -> str:
    file = folder / "compose.yaml"
    file.write_text("services:\n  web:\n    image: acme/web:1.2.3\n" + service, encoding="utf-8")
    found, _ = patches(review(file, TODAY)[0])
    return "\n".join(line for each in found for line in each.diff)


@pytest.mark.parametrize(
    "service",
    [
        "    command:\n      - app\n      - --password\n      - leak1\n",
        '    command: ["app", "--password", "leak2"]\n',
        "    command:\n      - root:leak3@tcp(h:1)/x\n",
        "    environment:\n      MYSQL_DSN: root:leak4@tcp(h:1)/x\n",
        "    command: \"curl -H 'Authorization: Bearer leak5' http://a\"\n",
        "    command: 'password => \"leak6\"'\n",
        '    environment:\n      - "DB_PASSWORD=${Z:-leak7}"\n',
        "    command: app --token ${TOK:-leak8}\n",
        "    command: php -r \"define('AUTH_KEY','leak9');\"\n",
        '    command: ["redis-cli", "-a", "leak12"]\n',
        '    command: ["mysqladmin", "-pleak13", "ping"]\n',
        '    command: ["curl", "-u", "me:leak14", "http://a"]\n',
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
