"""A few inputs for every target whenever the tests run; `python -m tests.fuzz` tries as many as there is time for."""

import logging

import pytest
from hypothesis import HealthCheck, given, settings

from tests.fuzz.targets_more import TARGETS


@pytest.fixture(autouse=True)
def _quiet():
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.model
@pytest.mark.parametrize("name", TARGETS)
def test_target_bears_anything(name):
    target = TARGETS[name]
    few = settings(
        max_examples=target.examples, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    few(given(target.inputs)(target.check))()
