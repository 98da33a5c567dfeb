"""`kg actors`: who is in a graph, and decisions about who is one, who is two, and what they are called."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.app import command
from kg.cli.folder import BuildFolder, Target, open_target
from kg.cli.inputs import Model, counted, read_by
from kg.cli.output import emit, emit_csv, emit_table, json_line, tell
from kg.config import Settings
from kg.errors import KGError, SettingsError, StoreError

if TYPE_CHECKING:
    from kg.build_actors import Actor, Suggestion
    from kg.facts.decisions import Decision, Decisions
    from kg.store import KnowledgeGraph

__all__ = ["actors"]

_COLUMNS = ("actor", "name", "type", "country", "wikidata", "claims", "articles", "aliases")


class ActorFormat(StrEnum):
    """How `kg actors` lists."""

    TABLE = "table"
    CSV = "csv"
    JSONL = "jsonl"


class Action(StrEnum):
    """What `kg actors` does."""

    LIST = "list"
    MERGE = "merge"
    SPLIT = "split"
    RENAME = "rename"
    SUGGEST = "suggest"
    DECISIONS = "decisions"
    UNDO = "undo"


@command(example="actors out merge Person_Julio_Vargas Person_Vargas_0123456789")
def actors(
    target: Target,
    action: Annotated[
        Action, typer.Argument(metavar="[ACTION]", help="list, merge, split, rename, suggest, decisions or undo.")
    ] = Action.LIST,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ACTOR]…", help="Ids, or names that only one actor has; of undo the numbers."),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="What the actor is called from now on; needed by split and rename."),
    ] = None,
    article: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="An article in which it is the other one; may be repeated.")
    ] = None,
    like: Annotated[str, typer.Option(metavar="TEXT", help="List only actors with these letters in a name.")] = "",
    limit: Annotated[int, typer.Option(min=0, metavar="N", help="List N at most; 0 lists all.")] = 50,
    format: Annotated[ActorFormat, typer.Option(help="How to list.")] = ActorFormat.TABLE,
    accept: Annotated[bool, typer.Option("--accept", help="Decide as `suggest` suggests, all of it.")] = False,
    model: Model = None,
) -> None:
    """List the actors of a graph, and decide who is who.

    ACTION is `list` (who has most claims comes first); `merge A B…` (B… are A); `split A --article ID --name NAME` (in
    these articles it is somebody else); `rename A --name NAME`; `suggest` (who may be one, who two); `decisions` (what
    was decided, numbered); `undo N…` (take decisions back). Decisions are kept in actors.toml in the folder, which may
    be edited too: later builds respect them, and what was read before is brought to them at once. --model is the one
    that the graph was built with, if not kg's: undo reads articles anew.

    Exit code: 0 if done, 1 if there is nothing to list or decide, 2 if an actor or an option is wrong.
    """
    given = names or []
    if action is Action.LIST:
        with open_target(target) as graph:
            _list(graph, like or " ".join(given), limit, format)
        return
    folder = _folder(target)
    if action is Action.DECISIONS:
        _show_decisions(folder)
        return
    if action is Action.SUGGEST and not accept:
        with open_target(target) as graph:
            _show_suggestions(graph, limit)
        return
    with folder.open() as graph:
        _decide(folder, graph, action, given, name, article or [])
        _follow(folder, graph, Settings(language=read_by(model), model=model))


def _folder(target: str) -> BuildFolder:
    path = Path(target)
    if not (path / "store").is_dir():
        message = "decisions are kept in a folder of `kg build`, and this is none"
        raise StoreError(message, source=target, hint="give the folder that `kg build --out` made")
    return BuildFolder(path)


# --- showing ---------------------------------------------------------------------------------------------------------


def _list(graph: KnowledgeGraph, like: str, limit: int, format: ActorFormat) -> None:
    from kg.build_actors import list_actors

    found = list_actors(graph, like=like)
    shown = found[: limit or None]
    rows = [_row(actor) for actor in shown]
    if format is ActorFormat.JSONL:
        for row, actor in zip(rows, shown, strict=True):
            emit(json_line(dict(zip(_COLUMNS, row, strict=True)) | {"aliases": list(actor.entity.aliases)}))
    elif format is ActorFormat.CSV:
        emit_csv(_COLUMNS, rows)
    elif rows:
        emit_table(_COLUMNS[:-1], [row[:-1] for row in rows])
    if len(found) > len(shown):
        tell(f"{len(found) - len(shown):,} more; --limit 0 lists all")
    if not found:
        tell("no such actor")
        raise typer.Exit(1)


def _row(actor: Actor) -> tuple[object, ...]:
    e = actor.entity
    return (e.id, e.name, str(e.type), e.country, e.wikidata, actor.claims, actor.articles, "|".join(e.aliases))


def _show_suggestions(graph: KnowledgeGraph, limit: int) -> None:
    from kg.build_actors import suggest

    found = suggest(graph)
    if not found:
        tell("nothing to suggest")
        raise typer.Exit(1)
    shown: list[Suggestion] = found[: limit or None]
    emit_table(("decision", "why"), [(_told(each.decision), each.why) for each in shown])
    if len(found) > len(shown):
        tell(f"{len(found) - len(shown):,} more; --limit 0 lists all")
    tell("--accept decides all of them so; or decide one by one")


def _show_decisions(folder: BuildFolder) -> None:
    from kg.facts.decisions import Decisions

    decisions = Decisions.load(folder.decisions)
    if not len(decisions):
        tell("nothing was decided yet")
        raise typer.Exit(1)
    emit_table(("number", "decision"), [(n, _told(each)) for n, each in enumerate(decisions.made, 1)])


def _told(decision: Decision) -> str:
    from kg.facts.decisions import Merge, Split

    if isinstance(decision, Merge):
        return f"merge {decision.into} {' '.join(decision.actors)}"
    if isinstance(decision, Split):
        articles = " ".join(f"--article {article}" for article in decision.articles)
        return f"split {decision.actor} {articles} --name '{decision.name or decision.into}'"
    return f"rename {decision.actor} --name '{decision.name}'"


# --- deciding --------------------------------------------------------------------------------------------------------


def _decide(
    folder: BuildFolder, graph: KnowledgeGraph, action: Action, given: list[str], name: str | None, articles: list[str]
) -> None:
    """Write decisions into the file."""
    from kg.facts.decisions import Decisions

    path = folder.decisions
    made: list[Decision] = []
    if action is Action.UNDO:
        _undo(path, given)
    elif action is Action.SUGGEST:
        from kg.build_actors import suggest

        made += [each.decision for each in suggest(graph)]
        if not made:
            tell("nothing to suggest")
            raise typer.Exit(1)
    elif action is Action.MERGE:
        made.append(_merge(graph, given))
    elif action is Action.SPLIT:
        made.append(_split(graph, given, name, articles))
    else:
        made.append(_rename(graph, given, name))
    if made:
        Decisions.add(path, *made)
        for each in made:
            emit(f"decided: {_told(each)}")


def _merge(graph: KnowledgeGraph, given: list[str]) -> Decision:
    from kg.build_actors import find_actor, go_together
    from kg.facts.decisions import Merge

    if len(given) < 2:
        message = "to merge takes two actors or more"
        raise SettingsError(message, hint="kg actors TARGET merge ACTOR OTHER…; the others become the first")
    into, *others = (find_actor(graph, each) for each in given)
    for other in others:
        if other.id == into.id:
            message = f"{other.id!r} is merged with itself"
            raise SettingsError(message, hint="give two different actors")
        if not go_together(into.type, other.type):
            message = f"{into.id!r} is a {into.type}, {other.id!r} is a {other.type}"
            raise SettingsError(message, hint="merge persons with persons, bodies with bodies, places with places")
    return Merge(tuple(sorted(other.id for other in others)), into.id, into.name, into.type)


def _split(graph: KnowledgeGraph, given: list[str], name: str | None, articles: list[str]) -> Decision:
    from kg.build_actors import articles_of, find_actor, free_id
    from kg.facts.decisions import Split

    if len(given) != 1 or not name or not name.strip() or not articles:
        message = "to split takes one actor, the articles in which it is another one, and that one's name"
        raise SettingsError(message, hint="kg actors TARGET split ACTOR --article ID --name NAME")
    actor = find_actor(graph, given[0])
    there = articles_of(graph, actor.id)
    for article in articles:
        if article not in there:
            message = f"{actor.id!r} is not in the article {article!r}"
            raise SettingsError(message, hint=f"it is in: {', '.join(sorted(there)[:10])}")
    return Split(actor.id, tuple(sorted(set(articles))), free_id(graph, actor.type, name), name.strip(), actor.type)


def _rename(graph: KnowledgeGraph, given: list[str], name: str | None) -> Decision:
    from kg.build_actors import find_actor
    from kg.facts.decisions import Rename

    if len(given) != 1 or not name or not name.strip():
        message = "to rename takes one actor and its new name"
        raise SettingsError(message, hint="kg actors TARGET rename ACTOR --name NAME")
    return Rename(find_actor(graph, given[0]).id, name.strip())


def _undo(path: Path, given: list[str]) -> None:
    from kg.facts.decisions import Decisions

    numbers = sorted({int(each) for each in given if each.isdecimal()}, reverse=True)
    if not given or len(numbers) != len(set(given)):
        message = f"{' '.join(given) or 'nothing'} is no number of a decision"
        raise SettingsError(message, hint="`kg actors TARGET decisions` numbers them")
    before: Decisions = Decisions.load(path)
    for number in numbers:
        Decisions.remove(path, number)
        emit(f"taken back: {_told(before.made[number - 1])}")


def _follow(folder: BuildFolder, graph: KnowledgeGraph, settings: Settings) -> None:
    """Bring the graph to the file, and write what is made from it."""
    from kg.build_actors import follow_decisions
    from kg.build_contradictions import link_contradictions
    from kg.facts.decisions import Decisions

    def warn(error: KGError) -> None:
        tell(f"left as it was: {error}")

    count = follow_decisions(graph, Decisions.load(folder.decisions), settings=settings, on_error=warn)
    link_contradictions(graph)
    folder.write(graph)
    emit(f"{counted(count, 'article')} written anew")
