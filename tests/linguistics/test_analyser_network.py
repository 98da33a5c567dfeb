"""The numpy network: the same scores alone and in a batch, and those of the network that was trained."""

from typing import Any

import numpy as np
import pytest

from kg.linguistics.network import Network, SplitterNetwork, hash_rows

ROWS = [11, 7, 5]
WIDTH, COLUMN, ARC, RELATION = 4, 3, 5, 2
CLASSES = {"pos": 3, "feats": 2, "names": 5, "relations": 4}


def make_weights(seed: int = 1) -> dict[str, np.ndarray[Any, Any]]:
    rng = np.random.default_rng(seed)

    def some(*shape: int) -> np.ndarray[Any, Any]:
        return rng.normal(scale=0.5, size=shape).astype(np.float16)

    weights = {f"embed.tables.{i}.weight": some(rows, COLUMN) for i, rows in enumerate(ROWS)}
    size = len(ROWS) * COLUMN
    for layer in range(2):
        for way in ("", "_reverse"):
            weights[f"layers.{layer}.weight_ih_l0{way}"] = some(4 * WIDTH, size)
            weights[f"layers.{layer}.weight_hh_l0{way}"] = some(4 * WIDTH, WIDTH)
            weights[f"layers.{layer}.bias_ih_l0{way}"] = some(4 * WIDTH)
            weights[f"layers.{layer}.bias_hh_l0{way}"] = some(4 * WIDTH)
        size = 2 * WIDTH
    for name in ("pos", "feats", "names"):
        weights[f"{name}.weight"] = some(CLASSES[name], size)
        weights[f"{name}.bias"] = some(CLASSES[name])
    weights["mlp.weight"] = some(2 * ARC + 2 * RELATION, size)
    weights["mlp.bias"] = some(2 * ARC + 2 * RELATION)
    weights["root"] = some(size)
    weights["arcs"] = some(ARC + 1, ARC)
    weights["relations"] = some(CLASSES["relations"], RELATION + 1, RELATION + 1)
    return weights


def make_rows(*lengths: int) -> list[np.ndarray[Any, Any]]:
    rng = np.random.default_rng(7)
    return [rng.integers(0, 2**63, size=(length, len(ROWS)), dtype=np.uint64) for length in lengths]


def test_rows_stay_inside_their_tables() -> None:
    places = hash_rows(make_rows(50)[0], ROWS)
    assert places.shape == (50, 3, 2)
    assert (places >= 0).all()
    assert (places.max((0, 2)) < ROWS).all()


def test_a_sentence_scores_the_same_alone_and_in_a_batch() -> None:
    network = Network(make_weights(), RELATION)
    sentences = make_rows(3, 9, 1, 9, 5)
    together = network.score(sentences)
    for rows, scores in zip(sentences, together, strict=True):
        (alone,) = network.score([rows])
        assert scores.heads.shape == (len(rows), len(rows) + 1)
        for name in ("pos", "feats", "names", "heads", "dependents", "governors"):
            np.testing.assert_allclose(getattr(scores, name), getattr(alone, name), atol=1e-5)


def test_the_order_of_words_matters() -> None:
    network = Network(make_weights(), RELATION)
    (rows,) = make_rows(4)
    (there,), (back,) = network.score([rows]), network.score([rows[::-1]])
    assert not np.allclose(there.pos, back.pos[::-1], atol=1e-3)


def test_nothing_gives_nothing() -> None:
    assert Network(make_weights(), RELATION).score([]) == []


def splitter_weights() -> dict[str, np.ndarray[Any, Any]]:
    weights = {key: value for key, value in make_weights().items() if key.startswith("embed.")}
    rng = np.random.default_rng(3)
    weights["window.weight"] = rng.normal(size=(6, len(ROWS) * COLUMN, 5)).astype(np.float16)
    weights["window.bias"] = rng.normal(size=6).astype(np.float16)
    weights["out.weight"] = rng.normal(size=(1, 6)).astype(np.float16)
    weights["out.bias"] = rng.normal(size=1).astype(np.float16)
    return weights


def test_the_splitter_sees_its_window_and_no_more() -> None:
    network = SplitterNetwork(splitter_weights())
    (rows,) = make_rows(12)
    whole = network.score(rows)
    np.testing.assert_allclose(network.score(rows[:9])[:7], whole[:7], atol=1e-4)
    assert network.score(rows[:0]).shape == (0,)
    for length in (1, 2, 3):
        assert network.score(rows[:length]).shape == (length,)


def test_numpy_and_torch_agree() -> None:
    torch = pytest.importorskip("torch", reason="only where models are trained")
    from kg.training.network import AnalyserNet, SplitterNet, export

    sizes = {
        "rows": ROWS,
        "column_width": COLUMN,
        "column_dropout": 0.1,
        "dropout": 0.3,
        "depth": 2,
        "width": WIDTH,
        "arc": ARC,
        "relation": RELATION,
        "reach": 2,
    }
    torch.manual_seed(1)
    net = AnalyserNet(sizes, {key: [str(i) for i in range(count)] for key, count in CLASSES.items()}).eval()
    weights = export(net)
    net.load_state_dict({key: torch.from_numpy(value.astype("f")) for key, value in weights.items()})
    network = Network(weights, RELATION)
    (rows,) = make_rows(6)
    places = torch.from_numpy(hash_rows(rows, ROWS).astype("int64"))[None]
    with torch.no_grad():
        wanted = net(places)
        heads = wanted["arcs"].argmax(2)
        relations = net.score_relations(wanted, heads)[0].numpy()
    (found,) = network.score([rows])
    for name, values in (("pos", found.pos), ("feats", found.feats), ("names", found.names), ("arcs", found.heads)):
        np.testing.assert_allclose(values, wanted[name][0].numpy(), atol=1e-4)
    np.testing.assert_allclose(network.relations(found, heads[0].numpy()), relations, atol=1e-4)

    splitter = SplitterNet({**sizes, "width": 6}).eval()
    weights = export(splitter)
    splitter.load_state_dict({key: torch.from_numpy(value.astype("f")) for key, value in weights.items()})
    with torch.no_grad():
        scores = splitter(places, torch.ones(1, 6, dtype=torch.bool))[0].numpy()
    np.testing.assert_allclose(SplitterNetwork(weights).score(rows), scores, atol=1e-4)
