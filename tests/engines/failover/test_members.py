"""Members take the files that are written for them: one takes over, and nothing is lost."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import psycopg

sys.path.insert(0, str(Path(__file__).parent))  # cluster_rig.py, beside the tests

from cluster_rig import HOST, SECRETS, ensemble, until

from seatrial.engines.tuning import DATABASE, USER


def opened(port: int) -> psycopg.Connection:
    return psycopg.connect(
        host=HOST,
        port=port,
        user=USER,
        dbname=DATABASE,
        password=SECRETS["db"],
        connect_timeout=2,
        autocommit=True,
    )


def test_the_primary_dies_and_another_takes_over_with_every_acknowledged_row() -> None:
    with ensemble(synchronous=True) as made:
        lead = made.primary()
        assert lead is not None
        acknowledged = []
        with opened(made.proxy["sql"]) as line:
            line.execute("CREATE TABLE rows (number integer)")
            for number in range(200):
                line.execute("INSERT INTO rows VALUES (%s)", [number])
                acknowledged.append(number)
        os.kill(made.postmaster(lead), signal.SIGKILL)
        until(lambda: made.primary() == 1 - lead, made.logs)
        until(lambda: made.whole() and made.ready(), made.logs)  # the old one follows the new one
        with opened(made.proxy["sql"]) as line:
            assert line.execute("SELECT number FROM rows ORDER BY 1").fetchall() == [
                (each,) for each in acknowledged
            ]
            told = line.execute("SHOW data_checksums").fetchone()
            assert told == ("on",)

        # by order, and told in the words that are read of it
        answer = made.asked(
            1 - lead,
            "/switchover",
            "POST",
            json={"leader": f"db-members-{1 - lead}", "candidate": f"db-members-{lead}"},
        )
        assert answer.is_success, answer.text
        until(lambda: made.primary() == lead and made.whole(), made.logs)
        metrics = made.asked(lead, "/metrics").text
        assert f'patroni_primary{{scope="db",name="db-members-{lead}"}} 1' in metrics
