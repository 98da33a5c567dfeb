"""Fixtures that several test files share."""

import shutil
import sys
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, settings

from kg.config import model_dir

# The same examples in every run, and no failure because a machine is slow.
settings.register_profile("kg", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kg")


@dataclass
class Outcome:
    code: int
    out: str
    err: str


@pytest.fixture
def run_kg(monkeypatch, capsys):
    """Run the command line in this process: `run_kg("query", folder, "--list").code`."""
    from kg.cli import main

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["kg", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        captured = capsys.readouterr()
        code = left.value.code
        assert "Traceback" not in captured.err
        return Outcome(0 if code is None else int(code), captured.out, captured.err)

    return run


def browser():
    """The path of a Chromium, or `None`."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return next(filter(None, map(shutil.which, names)), None)


def pytest_collection_modifyitems(items):
    """Skip what needs a model or a browser that is not there, and say so."""
    lacking = {
        "model": None
        if (model_dir("de") / "config.cfg").is_file()
        else "the language model is not in kg/data/de/model",
        "browser": None if browser() else "there is no Chromium on the PATH",
    }
    for item in items:
        for marker, reason in lacking.items():
            if reason and item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))
