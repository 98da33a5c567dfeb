"""The example of examples/ asks a service."""

import runpy
import sys
from pathlib import Path

import pytest

from tests.engines.service import claim, entity

pytestmark = pytest.mark.model

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "ask_a_language_model.py"


def test_example_shows_rules_and_model_side_by_side(service, monkeypatch, capsys):
    parties = [entity("E1", "Country", "Bolivien"), entity("E2", "ArmedGroup", "Los Lobos", "Bande Los Lobos")]
    quote = "warf Bolivien vor, Waffen an die Bande Los Lobos zu liefern"
    service.answers[quote] = (
        parties,
        [
            claim("E1", "suppliesWeapons", "E2", quote, modality="alleged"),
            claim("E1", "supports", "E2", "Bolivien unterstützt die Bande."),
        ],
    )
    monkeypatch.setattr(sys, "argv", [str(EXAMPLE), service.url, "small-model"])
    runpy.run_path(str(EXAMPLE), run_name="__main__")
    rules, model = capsys.readouterr().out.split("By a language model:")
    assert "Julio Vargas visits Ecuador: asserted" in rules
    assert "Bolivien suppliesWeapons Los Lobos: alleged" in model or "Bande Los Lobos: alleged" in model
    assert "(language model: 2 claims, 1 dropped)" in model
    assert "supports" not in model
