"""The example of examples/ asks a service."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.engines.service import claim, entity

pytestmark = pytest.mark.model

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "ask_a_language_model.py"


def test_example_shows_rules_and_model_side_by_side(service):
    parties = [entity("E1", "Country", "Bolivien"), entity("E2", "ArmedGroup", "Los Lobos", "Bande Los Lobos")]
    quote = "warf Bolivien vor, Waffen an die Bande Los Lobos zu liefern"
    service.answers[quote] = (
        parties,
        [
            claim("E1", "suppliesWeapons", "E2", quote, modality="alleged"),
            claim("E1", "supports", "E2", "Bolivien unterstützt die Bande."),
        ],
    )
    done = subprocess.run(
        [sys.executable, str(EXAMPLE), service.url, "small-model"], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    rules, model = done.stdout.split("By a language model:")
    assert "Julio Vargas visits Ecuador: asserted" in rules
    assert "Bolivien suppliesWeapons Los Lobos: alleged" in model or "Bande Los Lobos: alleged" in model
    assert "(language model: 2 claims, 1 dropped)" in model
    assert "supports" not in model
