"""`seatrial prove`: inject faults and show that each promise is kept."""

import sys
import time
from contextlib import closing
from pathlib import Path

import click
from rich.text import Text

from seatrial.app.prove import NoSuchScenario, Proven
from seatrial.app.trial import trial
from seatrial.cli import screen
from seatrial.cli.where import file_option, json_option
from seatrial.contract.evidence import Evidence, Verdict, judged

_STYLE = {Verdict.PROVEN: "green", Verdict.FAILED: "bold red", Verdict.UNKNOWN: "yellow"}


@click.command("prove")
@file_option
@json_option
@click.option("--quick", is_flag=True, help="Only what shows most in five minutes.")
@click.option("--controls", is_flag=True, help="Plant each expectation's defect and see red.")
@click.argument("scenarios", nargs=-1)
def command(
    file: Path, *, as_json: bool, quick: bool, controls: bool, scenarios: tuple[str, ...]
) -> None:
    """Inject faults and show that each promise is kept, with figures.

    SCENARIOS limit it to those whose names begin so; with --controls an expectation's name does,
    too (page/service-down-api). The system must be up.
    """
    began = time.time()
    results: list[Evidence] = []

    def say(name: str, step: str, text: str) -> None:
        line = Text(f"{time.time() - began:7.1f} s  ", style="dim")
        line.append(f"{name[:40]:<40} ", style="bold")
        line.append(f"{step:<19}")
        line.append(text[:100], style="dim")
        screen.err().print(line)

    def done(proven: Proven, kept: tuple[Evidence, ...]) -> None:
        for each in kept:
            results.append(each)
            screen.err().print(_line(proven, each, time.time() - began))

    # who only asks for help need not load a web server
    from seatrial.console.camera import Camera  # noqa: PLC0415

    try:
        with closing(Camera(file)) as camera:
            ended = trial(
                file,
                quick=quick,
                controls=controls,
                only=scenarios,
                say=say,
                done=done,
                camera=camera,
            )
    except NoSuchScenario as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        screen.as_json([_document(each) for each in results])
    else:
        screen.warned(ended.planned.checked, ended.planned.rendered)
    took = time.time() - began
    share = 100 * ended.overhead / took if took else 0.0
    screen.err().print(
        f"{screen.count(len(results), 'expectation')} in {took:.0f} s; "
        f"{ended.overhead:.1f} s ({share:.0f} %) of it seatrial's own work, the rest waiting"
    )
    screen.next_step("seatrial report", "writes the signed report")
    sys.exit(_exit(results, controls=controls))


def _line(proven: Proven, evidence: Evidence, at: float) -> Text:
    if proven.control is not None and evidence.control is not None:
        red = evidence.control.red
        word = {True: "red, as it must be", False: "STAYED GREEN", None: "undetermined"}[red]
        style = {True: "green", False: "bold red", None: "yellow"}[red]
        reason = f"{evidence.control.defect}: {evidence.control.reason}"
        return _row(at, evidence.expectation, word, style, reason)
    figures = ", ".join(
        f"{each.name} {each.value:g} {each.unit}".rstrip() for each in evidence.figures[:3]
    )
    verdict, reason = judged(evidence)
    reason += f" ({figures})" if figures else ""
    return _row(at, evidence.expectation, verdict.value, _STYLE.get(verdict, "yellow"), reason)


def _row(at: float, name: str, word: str, style: str, reason: str) -> Text:
    line = Text(f"{at:7.1f} s  ", style="dim")
    line.append(f"{name[:40]:<40} ", style="bold")
    line.append(f"{word:<18} ", style=style)
    line.append(reason)
    return line


def _document(evidence: Evidence) -> dict[str, object]:
    control = evidence.control
    verdict, reason = judged(evidence)
    return {
        "expectation": evidence.expectation,
        "scenario": evidence.scenario,
        "requirements": list(evidence.requirements),
        "verdict": verdict.value,
        "reason": reason,
        "figures": [
            {"name": f.name, "value": f.value, "unit": f.unit, "target": f.target, "bound": f.bound}
            for f in evidence.figures
        ],
        "control": None
        if control is None
        else {"defect": control.defect, "red": control.red, "reason": control.reason},
    }


def _exit(results: list[Evidence], *, controls: bool) -> int:
    """0 all proven (or all controls red), 1 something failed, 3 something is unknown."""
    if not results:
        return screen.UNDETERMINED
    if controls:
        reds = [each.control.red if each.control else None for each in results]
        if False in reds:
            return screen.NOT_READY
        return screen.READY if all(reds) else screen.UNDETERMINED
    verdicts = {judged(each)[0] for each in results}
    if Verdict.FAILED in verdicts:
        return screen.NOT_READY
    return screen.READY if verdicts == {Verdict.PROVEN} else screen.UNDETERMINED
