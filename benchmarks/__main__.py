"""`python -m benchmarks [NAME ...]` measures; `python -m benchmarks figures` writes the page."""

import importlib
import json
import sys
from pathlib import Path
from typing import cast

from benchmarks import Benchmark, figures


def known() -> dict[str, Benchmark]:
    """Every module of this folder that can be run as a benchmark, by name."""
    found = {}
    for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        module = importlib.import_module(f"benchmarks.{path.stem}")
        if callable(getattr(module, "run", None)) and callable(getattr(module, "table", None)):
            found[path.stem] = cast("Benchmark", module)
    return found


def measure(name: str, module: Benchmark) -> None:
    """Run one, keep its result, print its table."""
    head = figures.surroundings()
    kept = head | {"name": name, "result": module.run()}
    figures.RESULTS.mkdir(exist_ok=True)
    path = figures.RESULTS / f"{name}.json"
    path.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n")
    print(f"{name}: {path}\n\n{module.table(kept['result'])}\n")
    if kept["result"].get("targets"):
        print(figures.targets(kept["result"]["targets"]) + "\n")


def main(words: list[str]) -> int:
    """0: done; 2: there is no such benchmark."""
    benchmarks = known()
    unknown = [each for each in words if each not in {*benchmarks, "figures"}]
    if unknown:
        names = ", ".join((*benchmarks, "figures"))
        print(f"no benchmark {', '.join(unknown)}; there are {names}", file=sys.stderr)
        return 2
    for name in words or benchmarks:
        if name != "figures":
            measure(name, benchmarks[name])
    if "figures" in words:
        figures.PAGE.write_text(figures.page(benchmarks))
        print(f"wrote {figures.PAGE}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
