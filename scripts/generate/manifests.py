"""Two systems as they are rendered for Kubernetes: what `seatrial plan -e production` would write.

The reference system, for reading, and one that has what it lacks. Their runbooks and the schema
are left out: they are those of the other dialect.
"""

from pathlib import Path

from scripts.generate.example import pinned

from seatrial.app import cluster, registry
from seatrial.app.environment import places
from seatrial.app.files import rendered
from seatrial.app.plan import plan

ENVIRONMENT = "production"
# The file, and the folder of what is rendered for it.
SYSTEMS = {
    "examples/workflow-platform/seatrial.yaml": "examples/workflow-platform/rendered-kubernetes",
    "tests/golden/kubernetes/shop/seatrial.yaml": "tests/golden/kubernetes/shop/rendered",
}


def files(root: Path) -> dict[str, str]:
    """Path from the root of the repository to text."""
    found: dict[str, str] = {}
    for source, folder in SYSTEMS.items():
        file = root / source
        planned = plan(
            file,
            places(file, ENVIRONMENT),
            environment=ENVIRONMENT,
            versions=pinned(registry.engines()),
        )
        for path, (text, _) in rendered(planned).items():
            if path == cluster.PAGE or path.startswith(f"{cluster.FOLDER}/"):
                found[f"{folder}/{path}"] = text
    return found
