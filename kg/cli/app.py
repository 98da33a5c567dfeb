"""The application that the commands hang on, and the one place where errors become messages."""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Annotated, Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

import kg
from kg.cli.output import emit, tell
from kg.errors import KGError

__all__ = ["COMMAND_MODULES", "app", "command", "main"]

COMMAND_MODULES = (
    "kg.cli.building",
    "kg.cli.watching",
    "kg.cli.reading",
    "kg.cli.asking",
    "kg.cli.exchanging",
    "kg.cli.showing",
    "kg.cli.tabulating",
    "kg.cli.actors",
    "kg.cli.serving",
    "kg.cli.making",
)
"""Modules that register commands when imported, in the order of the help."""

Function = TypeVar("Function", bound=Callable[..., None])


class _PlainFlags:
    """Shows an option that is either given or not by its name alone, not as one that takes a `<bool>`."""

    def get_params(self, ctx: Any) -> list[Any]:
        params: list[Any] = super().get_params(ctx)  # type: ignore[misc] # of the class beside it
        for param in params:
            if getattr(param, "is_flag", False) and param.metavar is None:
                param.metavar = ""
        return params


class _Command(_PlainFlags, TyperCommand):
    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Say which of the values that an option takes is meant, where one is nearly the same."""
        try:
            return super().parse_args(ctx, args)
        except typer.BadParameter as error:
            given, _, known = error.message.partition(" is not one of ")
            near = difflib.get_close_matches(given.rpartition(" ")[2].strip("'"), re.findall(r"'([^']*)'", known), n=1)
            error.message += f" Did you mean {near[0]!r}?" if near else ""
            raise


class _Group(_PlainFlags, TyperGroup):
    pass


app = typer.Typer(
    name="kg",
    cls=_Group,
    help="Knowledge graphs of geopolitical relations from news: who did what to whom, who says so, "
    "and the sentence that proves it.",
    epilog="Example: kg build articles/*.txt --out out",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def command(*, example: str) -> Callable[[Function], Function]:
    """Register a function as a command; its docstring is the help text, which ends in the example.

    Args:
        example: A command line that works, without the leading `kg`.
    """
    return app.command(cls=_Command, epilog=f"Example: kg {example}")


def _show_version(wanted: bool) -> None:
    if wanted:
        emit(f"kg {kg.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line. Leaves by `SystemExit` with the exit code."""
    for module in COMMAND_MODULES:
        import_module(module)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")
    try:
        app()
    except KGError as error:
        tell(f"kg: {error}")
        sys.exit(2)
