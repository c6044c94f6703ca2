"""PostgreSQL of several members: one repository beside them, by whichever is the primary.

Owns what stands between them: a pgBackRest that keeps the repository, and one beside each member
that hands out its files. What may not live here: what a PostgreSQL that is alone has alike.
"""

from dataclasses import replace

from seatrial.capabilities.backup.cluster import archiving, elsewhere, place
from seatrial.capabilities.backup.postgres import POSTGRES
from seatrial.capabilities.backup.postgres import expectations as alone

CLUSTER = replace(
    POSTGRES,
    plan=place.plan,
    files=place.files,
    additions=archiving.additions,
    before=place.before,
    secrets=place.secrets,
    takes=False,
    elsewhere=(alone.exact_from, elsewhere.archived_to),
    archiving=elsewhere.archiving,
    seats=place.seats,
    others=place.others,
)
