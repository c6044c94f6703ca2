"""An environment variable that a capability gives to the system's own services."""

from dataclasses import dataclass

from seatrial.contract.placement import Placement


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One variable, which a service gets unless it sets it itself.

    In `template`, `{service}` and `{owner}` are the service's name and its team, `{endpoint}` is
    where the port of `target` (workload, port) is reached. `${self...}` is left for the runtime.
    """

    name: str
    template: str
    target: tuple[str, str] | None = None

    def value(self, service: str, owner: str, placement: Placement) -> str:
        """What a service is given. Raises KeyError where the target has no place."""
        values = {"service": service, "owner": owner}
        if self.target is not None:
            values["endpoint"] = str(placement.endpoint(*self.target))
        text = self.template
        for name, each in values.items():
            text = text.replace(f"{{{name}}}", each)
        return text
