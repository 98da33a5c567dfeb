"""The network of the analyser, in PyTorch, for training: word features, two-way LSTM, heads for every layer.

In come rows of hashed word features, out go scores for parts of speech, morphological features, names, heads and
relations. The trained weights are written as arrays that `kg.linguistics.network` runs with numpy alone.

Sources: T. Dozat and C. D. Manning, "Deep biaffine attention for neural dependency parsing", ICLR 2017,
arXiv:1611.01734 (heads and relations); J. Svenstrup, J. M. Hansen, O. Winther, "Hash embeddings for efficient word
representations", NeurIPS 2017, arXiv:1709.03933 (two rows for each word).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["AnalyserNet", "SplitterNet", "export"]


class Embedding(nn.Module):
    """Columns of hashed features → one vector for each word; in training whole columns are left out now and then."""

    def __init__(self, rows: Sequence[int], width: int, drop: float) -> None:
        super().__init__()
        self.rows = list(rows)
        self.drop = drop
        tables = [nn.Embedding(count, width) for count in rows]
        for table in tables:
            nn.init.normal_(table.weight, std=0.1)
        self.tables = nn.ModuleList(tables)

    def forward(self, places: torch.Tensor) -> torch.Tensor:
        """Places of rows, sentences × words × columns × 2, as `hash_rows` gives them."""
        columns = []
        for number, table in enumerate(self.tables):
            vectors = table(places[:, :, number, :]).sum(2)
            if self.training and self.drop:
                kept = torch.rand(vectors.shape[:2]) >= self.drop
                vectors = vectors * kept.unsqueeze(2)
            columns.append(vectors)
        return torch.cat(columns, 2)


class AnalyserNet(nn.Module):
    """Tags, names and trees of sentences.

    Args:
        sizes: Table `analyser` of `model.toml`.
        labels: `pos`, `feats`, `names`, `relations`: the names of the classes.
    """

    def __init__(self, sizes: Mapping[str, Any], labels: Mapping[str, Sequence[str]]) -> None:
        super().__init__()
        self.sizes = dict(sizes)
        self.labels = {key: list(names) for key, names in labels.items()}
        self.embed = Embedding(sizes["rows"], sizes["column_width"], sizes["column_dropout"])
        self.drop = sizes["dropout"]
        width = len(sizes["rows"]) * sizes["column_width"]
        self.layers = nn.ModuleList()
        for _ in range(sizes["depth"]):
            self.layers.append(nn.LSTM(width, sizes["width"], bidirectional=True, batch_first=True))
            width = 2 * sizes["width"]
        arc, relation = sizes["arc"], sizes["relation"]
        self.mlp = nn.Linear(width, 2 * arc + 2 * relation)
        self.root = nn.Parameter(torch.randn(width) * 0.1)
        self.arcs = nn.Parameter(torch.randn(arc + 1, arc) * 0.02)
        self.relations = nn.Parameter(torch.randn(len(labels["relations"]), relation + 1, relation + 1) * 0.02)
        self.pos = nn.Linear(width, len(labels["pos"]))
        self.feats = nn.Linear(width, len(labels["feats"]))
        self.names = nn.Linear(width, len(labels["names"]))

    def forward(self, places: torch.Tensor) -> dict[str, torch.Tensor]:
        """Scores for sentences of one length; head 0 is the root, word i is head i + 1."""
        vectors = nn.functional.dropout(self.embed(places), self.drop, self.training)
        for layer in self.layers:
            vectors = layer(vectors)[0]
            if self.training:
                kept = torch.bernoulli(torch.full((vectors.shape[0], 1, vectors.shape[2]), 1 - self.drop))
                vectors = vectors * kept / (1 - self.drop)
        tags = {name: getattr(self, name)(vectors) for name in ("pos", "feats", "names")}
        with_root = torch.cat([self.root.expand(len(vectors), 1, -1), vectors], 1)
        arc, relation = self.sizes["arc"], self.sizes["relation"]
        parts = nn.functional.leaky_relu(self.mlp(with_root), 0.1)
        if self.training:
            kept = torch.bernoulli(torch.full((parts.shape[0], 1, parts.shape[2]), 1 - self.drop))
            parts = parts * kept / (1 - self.drop)
        dependent, head, as_dependent, as_head = parts.split([arc, arc, relation, relation], 2)
        one = torch.ones(*dependent.shape[:2], 1)
        arcs = torch.cat([dependent, one], 2)[:, 1:] @ self.arcs @ head.transpose(1, 2)
        return {**tags, "arcs": arcs, "dependents": as_dependent[:, 1:], "heads": as_head}

    def score_relations(self, scores: Mapping[str, torch.Tensor], heads: torch.Tensor) -> torch.Tensor:
        """Scores of the relations between words and the given heads (0 is the root)."""
        index = heads.unsqueeze(2).expand(-1, -1, scores["heads"].shape[2])
        chosen = scores["heads"].gather(1, index)
        one = torch.ones(*heads.shape, 1)
        left = torch.cat([scores["dependents"], one], 2)
        right = torch.cat([chosen, one], 2)
        return torch.einsum("bnd,lde,bne->bnl", left, self.relations, right)


class SplitterNet(nn.Module):
    """Whether a word begins a sentence, from the words around it."""

    def __init__(self, sizes: Mapping[str, Any]) -> None:
        super().__init__()
        self.reach = sizes["reach"]
        self.embed = Embedding(sizes["rows"], sizes["column_width"], sizes["column_dropout"])
        width = len(sizes["rows"]) * sizes["column_width"]
        self.window = nn.Conv1d(width, sizes["width"], 2 * self.reach + 1, padding=self.reach)
        self.out = nn.Linear(sizes["width"], 1)

    def forward(self, places: torch.Tensor, inside: torch.Tensor) -> torch.Tensor:
        """Scores above 0 where a sentence begins; texts × words; what is not `inside` is padding."""
        vectors = (self.embed(places) * inside.unsqueeze(2)).transpose(1, 2)
        hidden = nn.functional.relu(self.window(vectors)).transpose(1, 2)
        hidden = nn.functional.dropout(hidden, 0.2, self.training)
        scores: torch.Tensor = self.out(hidden).squeeze(2)
        return scores


def export(module: nn.Module) -> dict[str, np.ndarray[Any, Any]]:
    """The weights by name, in half precision."""
    return {key: value.detach().numpy().astype(np.float16) for key, value in module.state_dict().items()}
