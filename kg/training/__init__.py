"""How the shipped language model was made, from corpora to weights.

Importing this package loads nothing; `train_model` loads spaCy when it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.training.model import TrainingReport
    from kg.training.run import train_model

__all__ = ["TrainingReport", "train_model"]


def __getattr__(name: str) -> Any:
    if name == "train_model":
        from kg.training.run import train_model

        return train_model
    if name == "TrainingReport":
        from kg.training.model import TrainingReport

        return TrainingReport
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
