"""What the members need so that whichever of them is the primary archives into each repository."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from seatrial.capabilities.backup import place, policy
from seatrial.capabilities.backup.cluster.reach import OWN, home
from seatrial.capabilities.backup.cluster.sites import Site, sites
from seatrial.capabilities.backup.postgres import place as alone
from seatrial.contract.authority import certificate
from seatrial.contract.output import Addition, File
from seatrial.contract.placement import Placement
from seatrial.engines.patroni import archiving
from seatrial.engines.patroni.workload import ARCHIVING
from seatrial.engines.pgbackrest import archive, config
from seatrial.engines.pgbackrest import workload as server
from seatrial.system.model import System

_DATA = f"{OWN}/data"


def additions(system: System, store: str) -> tuple[Addition, ...]:
    """Of the members in each region: any of them may be the primary."""
    return tuple(_addition(system, store, each) for each in sites(system, store))


def _addition(system: System, store: str, site: Site) -> Addition:
    signer, regions = place.repository(system, store), policy.elsewhere(system, store)
    return Addition(
        workload=site.members,
        # named by a variable, so that the members are started anew: archive_mode takes that
        env=archive.environment(f"{OWN}/{alone.CONFIG}"),
        files=(
            *_scripts(system, store, site),
            server.trusted(signer),
            *(alone.shown(store, each) for each in regions),
        ),
        placed=partial(_placed, system, store, site),
        tools=("pgbackrest",),
        secrets=(
            certificate(signer),
            *(name for each in regions for name in alone.lent(store, each)),
        ),
    )


def _scripts(system: System, store: str, site: Site) -> tuple[File, ...]:
    """What the servers run. With members in two regions none of them replays from the archive.

    Both regions write there. Who comes back with its own would follow what the other one has
    written meanwhile, without being let in there; and who is to be promoted would wait for it.
    """
    push, single = archive.push(_DATA), _alone(system, store)
    two = len(sites(system, store)) > 1
    near = single.get(site.region) or single.get("") or push
    # home may be lost, and somebody waits for who comes back
    strange = site.region and site.region not in single
    get = archive.get(_DATA, _nearest(system, store, site))
    rewound, restore = archiving.rewound(get) if two else ("", get)
    why = "gets what a member lacks that is rewound, and nothing for one that runs"
    return (
        File(
            path=ARCHIVING,
            text=archiving.text(
                push=push,
                back=archive.briefly(near) if strange else near,
                last=archive.briefly(near),
                restore=restore,
                timeout=policy.archive_timeout(policy.rpo(system, store)),
            ),
            why="how the log is archived by whoever is the primary",
        ),
        File(
            path=archiving.PROMOTED,
            text=archiving.promoted([*single.values()] or [push]),
            why="archives what the primary before had not archived when it was lost",
        ),
        *((File(path=archiving.REWOUND, text=rewound, why=why),) if two else ()),
    )


def _nearest(system: System, store: str, site: Site) -> int:
    """The number of the repository in the own region, else of that at home."""
    regions = policy.elsewhere(system, store)
    return 2 + regions.index(site.region) if site.region in regions else 1


def _alone(system: System, store: str) -> Mapping[str, str]:
    """How a segment gets into each repository by itself, by region; none where there is one."""
    regions = policy.elsewhere(system, store)
    if not regions:
        return {}
    return {each: archive.push(_DATA, f"{OWN}/{_only(each)}") for each in ("", *regions)}


def _placed(system: System, store: str, site: Site, placement: Placement) -> tuple[File, ...]:
    regions = policy.elsewhere(system, store)
    kept = home(system, store, placement)
    far = {each: alone.bucket(placement, store, each) for each in regions}
    keeps = f"${{folder.{place.repository(system, store)}.0}}"
    apart = replace(kept, config=f"{keeps}/{server.APART}")
    every: dict[str, config.Repository] = {"": apart, **far} if regions else {}
    only = tuple(
        File(
            path=_only(region),
            text=alone.text(system, store, (each,)),
            why="where what another primary had not archived goes, each by itself",
            secret=bool(region),
        )
        for region, each in every.items()
    )
    return (
        File(
            path=alone.CONFIG,
            text=alone.text(system, store, (kept, *far.values())),
            why="where the log is archived",
            secret=bool(regions),
        ),
        *only,
        File(
            path=archiving.LED,
            text=archiving.led(
                placement.endpoint(site.front, "sql"),
                [archive.get(_DATA, each) for each in range(1, 2 + len(regions))],
            ),
            why="has a timeline's history archived once the store leads to who began it",
        ),
    )


def _only(region: str) -> str:
    """The file that names the one repository, at home or in a region."""
    return f"only.{region}.conf" if region else "only.conf"
