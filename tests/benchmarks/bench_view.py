"""How soon the network page can be used, against plain pyvis output of the same graph in the same run.

Run it with `python tests/benchmarks/bench_view.py`; it takes about five minutes, most of them waiting for pyvis.
`--sizes 500 2000` measures these numbers of actors only, `--patience 60` gives up on a plain page after so many seconds
(what is printed then is a lower bound). Needs Chromium and Playwright.

Graphs: planted communities (40 to 60 actors each, twice as many claims as actors, nine of ten within a community).
"Interactive": the page has drawn its network and the next frame comes; for pyvis, that its physics has settled.
CPU a frame: time of the page's main thread while the picture is dragged, by frames drawn.
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
import time
from pathlib import Path

import networkx as nx
from playwright.sync_api import sync_playwright

from kg.layout import compute_layout
from kg.model import Article, Claim, Entity, EntityType, Evidence
from kg.network import ClaimSet, to_networkx
from kg.view import html_page
from kg.vocabulary import RELATIONS

ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND")


def planted(count: int, *, seed: int = 1) -> tuple[ClaimSet, list[int]]:
    """A graph with known communities, and the community of each actor."""
    choose = random.Random(seed)
    groups: list[int] = []
    while len(groups) < count:
        groups += [groups[-1] + 1 if groups else 0] * choose.randint(40, 60)
    groups = groups[:count]
    members: dict[int, list[int]] = {}
    for actor, group in enumerate(groups):
        members.setdefault(group, []).append(actor)
    kinds = (EntityType.COUNTRY, EntityType.PERSON, EntityType.PERSON, EntityType.ORGANIZATION)
    entities = tuple(Entity(f"e{i:05}", kinds[i % 4], f"Akteur Nummer {i}") for i in range(count))
    names = [r.name for r in RELATIONS.values() if r.takes_object]
    papers = tuple(Article(f"a{i}", "…", f"Meldung {i}") for i in range(max(1, count // 10)))
    claims = {}
    while len(claims) < 2 * count:
        a = choose.randrange(count)
        b = choose.choice(members[groups[a]]) if choose.random() < 0.9 else choose.randrange(count)
        if a == b:
            continue
        quote = f"{entities[a].name} und {entities[b].name} trafen sich."
        piece = Evidence(choose.choice(papers).id, 0, len(quote), quote, "de/x", 0, 6)
        claim = Claim(entities[a].id, choose.choice(names), entities[b].id, evidence=(piece,))
        claims[claim.subject, claim.predicate, claim.object] = claim
    return ClaimSet(tuple(claims.values()), entities, papers), groups


def plain_graph(graph: ClaimSet) -> nx.MultiDiGraph[str]:
    """What one would hand to pyvis: names and relations as strings."""
    network = to_networkx(graph)
    plain: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    plain.add_nodes_from((name, {"label": data["label"]}) for name, data in network.nodes(data=True))
    plain.add_edges_from((a, b, {"title": data["label_de"]}) for a, b, data in network.edges(data=True))
    return plain


def community_score(graph: ClaimSet, groups: list[int]) -> float:
    """Share of actors of the same community among the five nearest of each, in the layout of the page."""
    from kg.network import communities

    network = to_networkx(graph)
    names = list(network)
    number = {name: i for i, name in enumerate(names)}
    found = communities(network)
    places = compute_layout(
        [(40, 40)] * len(names),
        [(number[a], number[b]) for a, b in network.edges()],
        communities=[found[n] for n in names],
    )
    own = [groups[int(name[1:])] for name in names]
    same = 0
    for i, (x, y) in enumerate(places):
        near = sorted(range(len(places)), key=lambda j: (places[j][0] - x) ** 2 + (places[j][1] - y) ** 2)[1:6]
        same += sum(own[i] == own[j] for j in near)
    return same / (5 * len(places))


class Browser:
    """One Chromium; each page gets a fresh tab."""

    def __init__(self, playwright, *arguments: str) -> None:
        found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
        self._browser = playwright.chromium.launch(executable_path=found, args=[*ARGUMENTS, *arguments])

    def open(self, path: Path):
        page = self._browser.new_page(viewport={"width": 1400, "height": 900})
        start = time.perf_counter()
        page.goto(path.as_uri(), wait_until="commit")
        return page, start

    def close(self) -> None:
        self._browser.close()


def ours_ready(browser: Browser, path: Path):
    page, start = browser.open(path)
    page.wait_for_selector("body[data-state=ready]", timeout=120_000)
    page.evaluate("new Promise((done) => requestAnimationFrame(() => done(1)))")
    return page, time.perf_counter() - start


def plain_ready(browser: Browser, path: Path, patience: float) -> tuple[float, bool]:
    """Seconds until pyvis has settled, and whether it has."""
    page, start = browser.open(path)
    page.set_default_timeout(1000 * patience)
    settled = False
    try:
        while not settled and time.perf_counter() - start < patience:
            settled = page.evaluate(
                "typeof network !== 'undefined' && Boolean(network?.physics?.stabilized || network?.physics?.ready)"
            )
            time.sleep(0.1)
    except Exception:  # the page does not answer any more
        settled = False
    passed = time.perf_counter() - start
    page.close()
    return passed, settled


def cpu_per_frame(page, seconds: float = 3.0) -> tuple[float, float]:
    """Milliseconds of the main thread for each frame, and frames a second, while the picture is dragged."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def busy() -> float:
        return next(
            m["value"] for m in session.send("Performance.getMetrics")["metrics"] if m["name"] == "TaskDuration"
        )

    box = page.locator("#network").bounding_box()
    x, y = box["x"] + 12, box["y"] + 12
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate("window.frames_ = 0; (function f() { window.frames_ += 1; requestAnimationFrame(f); })()")
    before, frames, start, step = busy(), page.evaluate("window.frames_"), time.perf_counter(), 0
    while time.perf_counter() - start < seconds:
        step += 1
        page.mouse.move(x + step % 200, y + (step * 2) % 150)
    passed = time.perf_counter() - start
    drawn = page.evaluate("window.frames_") - frames
    used = busy() - before
    page.mouse.up()
    return 1000 * used / drawn, drawn / passed


def search_time(page) -> float:
    """Milliseconds from a typed letter to its suggestions, the slowest of a few."""
    return max(
        page.evaluate(
            """(text) => { const box = document.getElementById("search"); box.value = text;
            const start = performance.now(); box.dispatchEvent(new Event("input"));
            return performance.now() - start; }""",
            text,
        )
        for text in ("a", "Nummer 1", "nummer 1999", "zzz", "akteur")
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[500, 2000, 5000, 20000])
    parser.add_argument("--patience", type=float, default=110.0, help="seconds to wait for a plain page")
    parser.add_argument(
        "--plain", type=int, nargs="*", default=[500, 2000], help="sizes of which plain pages are opened"
    )
    options = parser.parse_args()
    from pyvis.network import Network

    ready: dict[int, float] = {}
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = Browser(playwright)
        for size in options.sizes:
            graph, groups = planted(size)
            start = time.process_time()
            text = html_page(graph)
            making = time.process_time() - start
            path = Path(folder) / f"{size}.html"
            path.write_text(text, encoding="utf-8")
            data = len(text.split('id="data">')[1].split("</script>")[0].encode())
            print(f"{size} actors, {2 * size} claims: script and style {(len(text.encode()) - data) / 1000:.0f} kB")
            page, ready[size] = ours_ready(browser, path)
            note = page.inner_text("#hidden-note") if page.is_visible("#hidden-note") else "nothing is hidden"
            first = search_time(page)
            frame, rate = cpu_per_frame(page)
            print(f"  {page.evaluate('document.body.dataset.nodes')} drawn; {note}")
            print(f"  {frame:.1f} ms of CPU a frame, {rate:.0f} frames a second; search at most {first:.0f} ms")
            page.close()
            if size <= 2000:
                print(f"  same community among the five nearest: {community_score(graph, groups):.2f}")
            if size in options.plain:
                network = Network(directed=True, cdn_resources="in_line")
                network.from_nx(plain_graph(graph))
                plain = Path(folder) / f"plain{size}.html"
                plain.write_text(network.generate_html(), encoding="utf-8")
                passed, settled = plain_ready(browser, plain, options.patience)
                print(
                    f"  interactive {'' if settled else 'more than '}{passed / ready[size]:.0f} times sooner than pyvis"
                )
            if size == 20000:
                plain_network = plain_graph(graph)
                start = time.process_time()
                Network(directed=True).from_nx(plain_network)
                print(f"  page made in {making / (time.process_time() - start):.2f} of the CPU time of from_nx alone")
        browser.close()
        if {2000, 5000} <= ready.keys():
            print(f"5,000 actors: {ready[5000] / ready[2000]:.1f} times the time of 2,000")
        if 20000 in ready:
            browser = Browser(playwright, "--disable-3d-apis")
            page, passed = ours_ready(browser, Path(folder) / "20000.html")
            print(f"20,000 without WebGL: {passed / ready[20000]:.1f} times the time with it, same picture")
            browser.close()


if __name__ == "__main__":
    main()
