"""`kg train`, `kg evaluate` and `kg check`: the model, the figures, the data files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kg.cli.app import command
from kg.cli.output import emit, tell

__all__ = ["check", "evaluate", "train"]
