"""A service to ask, and a cache that no other test sees."""

import pytest

from kg.config import LanguageModel
from kg.engines.endpoint import KEY
from tests.engines.service import Service


@pytest.fixture
def service(monkeypatch, tmp_path):
    monkeypatch.delenv(KEY, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    service = Service()
    yield service
    service.close()


@pytest.fixture
def model(service, tmp_path):
    """The service as a setting."""
    return LanguageModel(service.url, "small-model", cache=str(tmp_path / "answers"))
