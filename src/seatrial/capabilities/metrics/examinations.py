"""What promtool must say of Prometheus's own configuration: nothing has to run for it."""

from seatrial.capabilities.metrics.render import server_files
from seatrial.contract.capability import Context
from seatrial.contract.examination import Examination, Spoiled

CONFIG = "prometheus.yml"


def examinations(context: Context) -> tuple[Examination, ...]:
    """Prometheus accepts its configuration, its targets and every rule file."""
    files = {each.path: each.text for each in server_files(context) if not each.secret}
    rule = next((path for path in sorted(files) if path.startswith("rules/")), None)
    spoiled = (
        {**files, rule: files[rule].replace("expr: ", "expr: (", 1)}
        if rule is not None
        else {**files, CONFIG: files[CONFIG].replace("scrape_configs", "scrape_konfigs")}
    )
    return (
        Examination(
            name="collection/configuration",
            test="T1",
            requirements=("T1", "R01.2"),
            summary="Prometheus accepts its configuration, its targets and every rule file",
            engine="prometheus",
            files=files,
            argv=("promtool", "check", "config", CONFIG),
            spoiled=Spoiled(defect="one expression does not parse", files=spoiled),
        ),
    )
