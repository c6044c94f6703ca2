"""Until when the makers of databases mend them.

Dates as told by the makers' own pages and gathered by endoflife.date, looked at on AS_OF. A
version that is not listed is not judged: no date is guessed.
"""

import datetime as dt
from collections.abc import Mapping

from seatrial.review.images import image
from seatrial.review.makers import postgres_version
from seatrial.review.products import recognise

AS_OF = dt.date(2026, 11, 25)
PAGES: Mapping[str, str] = {
    "PostgreSQL": "https://www.postgresql.org/support/versioning/",
    "MySQL": "https://endoflife.date/mysql",
    "MariaDB": "https://mariadb.org/about/#maintenance-policy",
    "MongoDB": "https://www.mongodb.com/legal/support-policy/lifecycles",
    "Redis": "https://endoflife.date/redis",
    "Elasticsearch": "https://www.elastic.co/support/eol",
}
_ENDS: Mapping[str, Mapping[str, str]] = {
    "PostgreSQL": {
        "9": "2021-11-11",
        "10": "2022-11-10",
        "11": "2023-11-09",
        "12": "2024-11-14",
        "13": "2025-11-13",
        "14": "2026-11-12",
        "15": "2027-11-11",
        "16": "2028-11-09",
    },
    "MySQL": {
        "5.5": "2018-12-31",
        "5.6": "2021-02-28",
        "5.7": "2023-10-31",
        "8.0": "2026-04-30",
        "8.1": "2023-10-25",
        "8.2": "2023-12-14",
        "8.3": "2024-04-10",
        "8.4": "2032-04-30",
        "9.0": "2024-10-15",
        "9.1": "2025-01-21",
        "9.2": "2025-04-15",
        "9.3": "2025-07-22",
    },
    "MariaDB": {
        "10.1": "2020-10-17",
        "10.2": "2022-05-23",
        "10.3": "2023-05-25",
        "10.4": "2024-06-18",
        "10.5": "2025-06-24",
        "10.6": "2026-07-06",
        "10.7": "2023-02-14",
        "10.8": "2023-05-20",
        "10.9": "2023-08-22",
        "10.10": "2023-11-17",
        "10.11": "2028-02-16",
    },
    "MongoDB": {
        "3": "2021-04-30",
        "4.0": "2022-04-30",
        "4.2": "2023-04-30",
        "4.4": "2024-02-29",
        "5.0": "2024-10-31",
        "6.0": "2025-07-31",
        "7.0": "2027-08-31",
        "8.0": "2029-10-31",
    },
    "Redis": {
        "5": "2022-04-27",
        "6.0": "2022-05-31",
        "7.0": "2024-07-29",
    },
    "Elasticsearch": {"6": "2022-02-10"},
}


def ended(written: str, today: dt.date) -> tuple[str, str, dt.date] | None:
    """Product, version and last day of the release that an image holds, when that day is past."""
    product, parts = recognise(written), image(written)
    if product is None or parts is None:
        return None
    told = postgres_version(parts) if product.name == "PostgreSQL" else None
    version = parts.version if told is None else (told,)
    if not version or (told is None and product.name == "PostgreSQL"):
        return None
    ends = _ENDS.get(product.name, {})
    major = str(version[0])
    minor = ".".join(str(each) for each in version[:2])
    for release in (minor, major):
        if release in ends:
            end = dt.date.fromisoformat(ends[release])
            return (product.name, release, end) if end < today else None
    return None
