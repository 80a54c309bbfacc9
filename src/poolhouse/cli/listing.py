"""Commands that hold others, and how --help lists those."""

import click

_WHOLE = 1_000  # characters; click would cut a sentence where the line ends


class Listing(click.Group):
    """Shows the whole first sentence of every command, on as many lines as it takes."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, command.get_short_help_str(_WHOLE)) for name, command in commands if command]
            )
