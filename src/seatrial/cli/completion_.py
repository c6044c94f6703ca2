"""`seatrial completion`: the script with which a shell completes commands, options and words."""

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

_NAME, _VARIABLE = "seatrial", "_SEATRIAL_COMPLETE"
_SHELLS: dict[str, type[ShellComplete]] = {
    "bash": BashComplete,
    "zsh": ZshComplete,
    "fish": FishComplete,
}


@click.command("completion")
@click.argument("shell", metavar="SHELL", type=click.Choice(list(_SHELLS)))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print the script that completes commands, options and words in SHELL.

    \b
    bash:  eval "$(seatrial completion bash)"           in ~/.bashrc
    zsh:   eval "$(seatrial completion zsh)"            in ~/.zshrc, after compinit
    fish:  seatrial completion fish | source            in ~/.config/fish/config.fish
    """  # noqa: D301 - click's mark is the character itself
    group = context.find_root().command
    click.echo(_SHELLS[shell](group, {}, _NAME, _VARIABLE).source())
