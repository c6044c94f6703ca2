"""What is raised where the user's files say something wrong."""

from seatrial.system.problem import Problem


class Refused(Exception):  # noqa: N818 - not a failure of ours: the file says something wrong
    """The file cannot be planned; `problems` says where and why."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Keep every problem, so that all are shown at once."""
        super().__init__(f"{len(problems)} problems")
        self.problems = problems
