"""Whether an archive of any size can be built: memory, cost per article, processes, kills.

    python tests/benchmarks/bench_archive.py growth FILE.jsonl … [--sizes 2000 20000] [--jobs 1]
    python tests/benchmarks/bench_archive.py processes FILE.jsonl … [--size 600]
    python tests/benchmarks/bench_archive.py kills FILE.jsonl … [--size 300] [--kills 50] [--jobs 2]
    python tests/benchmarks/bench_archive.py whole FILE.jsonl … [--size 0]
    python tests/benchmarks/bench_archive.py cluster FILE.jsonl … [--size 300]

`growth` builds two archives, the articles repeated with changed names until there are enough, and prints peak memory
and cost per article of the second as ratios to those of the first. `processes` builds one archive with one process and
with two and prints the ratio of the times. `kills` builds an archive undisturbed, and again killed (SIGKILL, all its
processes) at random moments and resumed, and compares the graphs, quad by quad. `whole` builds an archive and prints
its cost, all in all, as a ratio to that of `nlp.pipe` of the shipped model alone (tagger, parser, names) on the same
texts, which goes before and after it; size 0 takes the articles of the files as they are. `cluster` builds an archive
in one process, and on a Dask cluster of two of which one is killed midway, and compares the graphs. Ratios of one run
only: seconds depend on the machine. Cost is processor time, which a busy machine changes less than the clock.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

SYLLABLES = "ad ber cen dor els fen gar hof ing jan kel lau mer nor ost pel ros sen tal ulm ver wig zel".split()
NAME = re.compile(r"\b([A-Z]\w+) ([A-Z]\w{3,})\b")  # the second of two capitalised words is mostly a surname
COMMAND = "from kg.cli import main\nif __name__ == '__main__':\n    main()\n"


@dataclass
class Cost:
    """What a build took: seconds of the processor and of the clock, peak memory of its biggest process in MiB."""

    processor: float
    clock: float
    memory: float


def corpus(files: list[str], count: int, path: Path) -> None:
    """Write `count` articles, those of the files again and again under other ids and with other names."""
    rows = [json.loads(line) for file in files for line in Path(file).read_text(encoding="utf-8").splitlines()]

    def endless() -> Iterator[dict[str, object]]:
        turn = 0
        while True:
            for row in rows:
                text = row["text"] if turn == 0 else NAME.sub(lambda m, t=turn: renamed(m, t), row["text"])
                yield row | {"id": f"{row['id']}-{turn}", "text": text}
            turn += 1

    with path.open("w", encoding="utf-8") as out:
        for row in islice(endless(), count):
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def renamed(found: re.Match[str], turn: int) -> str:
    """A name with another ending, one that depends on the name and the turn."""
    seed = int(hashlib.md5(f"{found[2]}{turn}".encode(), usedforsecurity=False).hexdigest(), 16)
    ending = SYLLABLES[seed % len(SYLLABLES)] + SYLLABLES[seed // 100 % len(SYLLABLES)]
    return f"{found[1]} {found[2][:-2]}{ending}"


def start(script: Path, source: Path, out: Path, jobs: int, *options: str) -> subprocess.Popen[bytes]:
    """Start a build in a process group of its own."""
    command = [sys.executable, str(script), "build", str(source), "--out", str(out), "--jobs", str(jobs), *options]
    return subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        env=os.environ | {"PYTHONHASHSEED": "0"},
    )  # fmt: skip


def build(script: Path, source: Path, out: Path, jobs: int, *options: str) -> Cost:
    """Build and measure; the processor time is that of all processes."""
    begun = time.perf_counter()
    process = start(script, source, out, jobs, *options)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"the build failed with exit code {process.returncode}")
    return Cost(usage.ru_utime + usage.ru_stime, time.perf_counter() - begun, usage.ru_maxrss / 1024)


def digest(out: Path) -> tuple[int, str]:
    """Number and hash of all quads, and of the union that plain queries see."""
    code = (
        "import hashlib, kg, sys\n"
        "with kg.KnowledgeGraph(sys.argv[1], read_only=True) as graph:\n"
        "    quads = sorted(map(str, graph.quads()))\n"
        "    union = sorted(map(str, graph.query('SELECT ?s ?p ?o WHERE { ?s ?p ?o }').terms))\n"
        "print(len(quads), hashlib.sha256('\\n'.join(quads + union).encode()).hexdigest())\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(out)], capture_output=True, text=True, check=True)
    number, name = done.stdout.split()
    return int(number), name


def growth(options: argparse.Namespace, folder: Path, script: Path) -> None:
    """Peak memory and cost per article of a big archive, as ratios to a small one."""
    costs = []
    for size in options.sizes:
        source = folder / f"{size}.jsonl"
        corpus(options.files, size, source)
        costs.append(build(script, source, folder / f"out{size}", options.jobs))
    small, big = costs
    first, second = options.sizes
    print(f"{second:,} articles against {first:,}, {options.jobs} processes; {first:,} articles = 1")
    print(f"peak memory      {big.memory / small.memory:.2f}   (of {small.memory:.0f} MiB)")
    print(f"cost per article {big.processor / second / (small.processor / first):.2f}")


def processes(options: argparse.Namespace, folder: Path, script: Path) -> None:
    """Two processes against one."""
    source = folder / "articles.jsonl"
    corpus(options.files, options.size, source)
    one = build(script, source, folder / "one", 1, "--store-only")
    two = build(script, source, folder / "two", 2, "--store-only")
    same = digest(folder / "one") == digest(folder / "two")
    print(f"{options.size:,} articles; one process = 1; load of the machine: {os.getloadavg()[0]:.1f}")
    print(
        f"two processes are {one.clock / two.clock:.2f} times as fast; "
        f"processor time {two.processor / one.processor:.2f}"
    )
    print(f"the graphs are {'equal' if same else 'NOT EQUAL'}")


def kills(options: argparse.Namespace, folder: Path, script: Path) -> None:
    """Kill at random moments, resume, compare."""
    chance = random.Random(options.seed)
    source = folder / "articles.jsonl"
    corpus(options.files, options.size, source)
    undisturbed = build(script, source, folder / "whole", options.jobs)
    killed = finished = turns = 0
    out = folder / "out0"
    while killed < options.kills:
        process = start(script, source, out, options.jobs)
        try:
            process.wait(timeout=chance.uniform(0.02, 1) * undisturbed.clock)
            finished += 1
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            killed += 1
        if finished > turns:  # it came to its end: the next kills fall into a new archive
            _compare(folder / "whole", out)
            turns, out = finished, folder / f"out{finished}"
    build(script, source, out, options.jobs)
    _compare(folder / "whole", out)
    print(f"{killed} kills in {finished + 1} archives of {options.size:,} articles: every graph equals the undisturbed")


MODEL = """
import json, sys, time
import spacy
from kg.config import model_dir
nlp = spacy.load(model_dir("de"))
texts = [json.loads(line)["text"] for line in open(sys.argv[1], encoding="utf-8")]
started = time.process_time()
for doc in nlp.pipe(texts, batch_size=32):
    pass
print(time.process_time() - started)
"""


def model_alone(source: Path) -> float:
    """Seconds of the processor that the model takes, once it is loaded."""
    command = [sys.executable, "-c", MODEL, str(source)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def whole(options: argparse.Namespace, folder: Path, script: Path) -> None:
    """A build, all in all, against the model alone."""
    source = folder / "articles.jsonl"
    corpus(options.files, options.size, source)
    before = model_alone(source)
    full = build(script, source, folder / "full", 1)
    store = build(script, source, folder / "store", 1, "--store-only")
    after = model_alone(source)
    model = (before + after) / 2
    turns = f"{before / model:.2f} and {after / model:.2f}"
    print(f"{options.size:,} articles; baseline: nlp.pipe of the model alone = 1 ({turns})")
    print(f"whole build                {full.processor / model:.2f}")
    print(f"without files for people   {store.processor / model:.2f}")


def cluster(options: argparse.Namespace, folder: Path, script: Path) -> None:
    """A Dask cluster of which a worker is killed midway, against one process."""
    from distributed import Client, LocalCluster

    source = folder / "articles.jsonl"
    corpus(options.files, options.size, source)
    build(script, source, folder / "one", 1, "--store-only")
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as local,
        Client(local, set_as_default=False) as client,
    ):
        process = start(script, source, folder / "many", 1, "--store-only", "--scheduler", local.scheduler_address)
        journal = folder / "many" / "journal.sqlite"
        while process.poll() is None and not (journal.exists() and _stored(journal) > (options.size) / 3):
            time.sleep(0.1)
        victim, killed = next(iter(client.run(os.getpid).values())), process.poll() is None
        os.kill(victim, signal.SIGKILL)
        if process.wait():
            sys.exit(f"the build failed with exit code {process.returncode}")
    if not killed:
        sys.exit("the build was done before a worker could be killed: give more articles")
    _compare(folder / "one", folder / "many")
    print(f"{options.size:,} articles, a worker killed after a third of them: the graphs are equal")


def _stored(journal: Path) -> int:
    """How many articles a journal has noted as stored; 0 while it is being made."""
    database = sqlite3.connect(f"file:{journal}?mode=ro", uri=True)
    try:
        return int(database.execute("SELECT count(*) FROM article WHERE made IS NOT NULL").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
    finally:
        database.close()


def _compare(whole: Path, out: Path) -> None:
    if digest(whole) != digest(out):
        sys.exit(f"the graphs differ: {whole} has {digest(whole)}, {out} has {digest(out)}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["growth", "processes", "kills", "whole", "cluster"])
    parser.add_argument("files", nargs="+", help="JSONL files with `id` and `text`")
    parser.add_argument("--sizes", nargs=2, type=int, default=[2000, 20000], help="articles of the two archives")
    parser.add_argument("--size", type=int, default=600, help="articles; 0: as many as there are")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    options.size = options.size or sum(len(Path(f).read_text(encoding="utf-8").splitlines()) for f in options.files)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        script = folder / "run_kg.py"
        script.write_text(COMMAND)
        measures = {"growth": growth, "processes": processes, "kills": kills, "whole": whole, "cluster": cluster}
        measures[options.what](options, folder, script)


if __name__ == "__main__":
    main()
