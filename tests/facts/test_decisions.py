"""Decisions about actors: the file, who is who in an article, and that the order of doing does not matter."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import DataError
from kg.facts.decisions import Decisions, Merge, Rename, Split
from kg.model import Article, Claim, Entity, EntityType, Evidence, Extraction, Qualifiers, Quotation

PERSON = EntityType.PERSON


def person(id, name=None, **more):
    name = name or id.removeprefix("Person_").replace("_", " ")
    return Entity(id, PERSON, name, (name,), **more)


def said(claim, start=0):
    return Claim(
        claim.subject, claim.predicate, claim.object, claim.qualifiers,
        (Evidence("a1", start, start + 4, "Text", "de/rule", start, start + 4),),
    )  # fmt: skip


def told(*claims, entities, quotations=(), article="a1"):
    return Extraction.of(Article(article, "Text"), entities, claims, quotations)


class TestFile:
    MADE = (
        Merge(("Person_Vargas_1", 'Person_"V"'), "Person_Julio_Vargas", "Julio Vargas", PERSON),
        Split("Peru", ("a1", "häuser\n2"), "City_Peru", "Peru (Indiana)", EntityType.CITY),
        Rename("Ecuador", "Republik Ecuador \\ \x7f"),
    )

    def test_what_is_written_is_read(self, tmp_path):
        path = tmp_path / "actors.toml"
        for number, decision in enumerate(self.MADE, 1):
            assert len(Decisions.add(path, decision)) == number
        assert Decisions.load(path).made == self.MADE
        assert Decisions.parse(Decisions(self.MADE).text()).made == self.MADE

    def test_missing_file_decides_nothing(self, tmp_path):
        assert Decisions.load(tmp_path / "actors.toml").made == ()

    def test_other_things_in_the_file_stay(self, tmp_path):
        path = tmp_path / "actors.toml"
        path.write_text('# mine\n[[rename]]  # so it is\nactor = "A"\nname = "B"\n')
        Decisions.add(path, Rename("C", "D"))
        Decisions.add(path, Rename("E", "F"))
        assert Decisions.remove(path, 2).made == (Rename("A", "B"), Rename("E", "F"))
        assert "# mine\n[[rename]]  # so it is\n" in path.read_text()

    @pytest.mark.parametrize("number", [0, 3])
    def test_no_such_number(self, tmp_path, number):
        path = tmp_path / "actors.toml"
        Decisions.add(path, Rename("A", "B"), Rename("C", "D"))
        with pytest.raises(DataError, match=f"no decision {number}"):
            Decisions.remove(path, number)

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("[[merge", "no valid TOML"),
            ('[[marry]]\nactor = "A"', ":1: there is no decision of the kind 'marry'"),
            ('merge = "A"', "no decision of the kind"),
            ('[[rename]]\nactor = "A"', "lacks name"),
            ('\n\n[[merge]]\nactors = ["A"]\n', ":3: .*lacks into"),
            ('[[merge]]\nactors = "A"\ninto = "B"', 'has actors = "A"'),
            ('[[merge]]\nactors = []\ninto = "B"', "has actors ="),
            ('[[rename]]\nactor = "A"\nname = " "', "has name ="),
            ('[[rename]]\nactor = "A"\nname = "B"\ncolour = "red"', "has colour"),
            ('[[merge]]\nactors = ["A"]\ninto = "B"\ntype = "Fish"', "no type 'Fish'"),
            ('[[merge]]\nactors = ["A"]\ninto = "A"', "back to it"),
            ('[[merge]]\nactors = ["A"]\ninto = "B"\n[[merge]]\nactors = ["B"]\ninto = "A"', "back to it"),
            ('[[merge]]\nactors = ["A"]\ninto = "B"\n[[merge]]\nactors = ["A"]\ninto = "C"', "cannot be both"),
            (
                '[[split]]\nactor = "A"\narticles = ["x"]\ninto = "B"\n[[merge]]\nactors = ["B"]\ninto = "A"',
                "back to it",
            ),
            ('  [[rename]]\nactor = "A"\nname = "B"', "beginning of a line"),
        ],
    )
    def test_wrong_file_is_told(self, tmp_path, text, message):
        path = tmp_path / "actors.toml"
        path.write_text(text)
        with pytest.raises(DataError, match=message) as caught:
            Decisions.load(path)
        assert str(path) in str(caught.value)
        assert caught.value.hint

    def test_refused_decision_leaves_the_file(self, tmp_path):
        path = tmp_path / "actors.toml"
        Decisions.add(path, Merge(("A",), "B"))
        before = path.read_text()
        with pytest.raises(DataError):
            Decisions.add(path, Merge(("B",), "A"))
        assert path.read_text() == before

    def test_goes_to_another_process(self):
        assert pickle.loads(pickle.dumps(Decisions(self.MADE))) == Decisions(self.MADE)


class TestApply:
    def test_actor_is_another_everywhere(self):
        old = person("Person_Vargas_1f", "Vargas", country="Peru")
        claim = said(Claim("Peru", "appoints", old.id, Qualifiers(source=old.id, place=old.id)))
        quotation = Quotation("a1", 0, 4, "Text", old.id, about=(old.id, "Person_Julio_Vargas", "Peru"))
        decisions = Decisions([Merge((old.id,), "Person_Julio_Vargas", "Julio Vargas", PERSON)])
        peru = Entity("Peru", EntityType.COUNTRY, "Peru", wikidata="Q419", known=True)
        new = decisions.apply(told(claim, entities=[peru, old], quotations=[quotation]))
        id = "Person_Julio_Vargas"
        assert new.entities == (
            peru,
            Entity(id, PERSON, "Julio Vargas", ("Vargas",), country="Peru"),
        )
        assert [(c.object, c.qualifiers.source, c.qualifiers.place) for c in new.claims] == [(id, id, id)]
        assert (new.quotations[0].speaker, new.quotations[0].about) == (id, (id, "Peru"))

    def test_two_of_one_article_become_one(self):
        one, other = person("Person_Ana_Ruiz"), person("Person_Ruiz_1f", "Ruiz")
        claims = [
            said(Claim("Peru", "criticizes", one.id), 0),
            said(Claim("Peru", "criticizes", other.id), 10),
            said(Claim(one.id, "meetsWith", other.id), 20),
        ]
        new = Decisions([Merge((other.id,), one.id)]).apply(told(*claims, entities=[one, other]))
        assert [(c.subject, c.object, [e.start for e in c.evidence]) for c in new.claims] == [
            ("Peru", one.id, [0, 10]),
        ]
        assert [(e.id, e.name, e.aliases) for e in new.entities] == [(one.id, "Ana Ruiz", ("Ana Ruiz", "Ruiz"))]

    def test_known_actor_lends_its_record(self):
        old = person("Person_Peru_X", "Peru X", country="Chile")
        (entity,) = Decisions([Merge((old.id,), "Peru")]).apply(told(entities=[old])).entities
        assert (entity.id, entity.type, entity.name, entity.wikidata, entity.known) == (
            "Peru", EntityType.COUNTRY, "Peru", "Q419", True,
        )  # fmt: skip

    def test_split_holds_in_its_articles_only(self):
        split = Split("Person_Ana_Ruiz", ("a1",), "Person_Ana_Ruiz_2", "Ana Ruiz (Malerin)", PERSON)
        decisions = Decisions([split])
        here = decisions.apply(told(entities=[person("Person_Ana_Ruiz")]))
        there = decisions.apply(told(entities=[person("Person_Ana_Ruiz")], article="a2"))
        assert [(e.id, e.name) for e in here.entities] == [("Person_Ana_Ruiz_2", "Ana Ruiz (Malerin)")]
        assert [(e.id, e.name) for e in there.entities] == [("Person_Ana_Ruiz", "Ana Ruiz")]

    def test_who_is_merged_can_be_split_off_again(self):
        decisions = Decisions([Merge(("B",), "A"), Split("A", ("a1",), "C"), Merge(("C",), "D")])
        assert [decisions.resolve(actor, "a1") for actor in "ABCD"] == ["D", "D", "D", "D"]
        assert [decisions.resolve(actor, "a2") for actor in "ABCD"] == ["A", "A", "D", "D"]

    def test_old_name_stays_as_alias(self):
        (entity,) = Decisions([Rename("Person_A", "Anna")]).apply(told(entities=[person("Person_A", "A")])).entities
        assert (entity.name, entity.aliases) == ("Anna", ("A",))

    def test_what_nothing_is_decided_of_is_left(self):
        extraction = told(entities=[person("Person_A")])
        assert Decisions([Rename("Person_B", "B")]).apply(extraction) is extraction
        assert Decisions().apply(extraction) is extraction


ACTORS = [f"Person_{letter}" for letter in "ABCDEF"]


def _is_split(actor, made):
    return any(isinstance(d, Split) and d.actor == actor for d in made)


@st.composite
def decision_lists(draw):
    """Decisions that point to later letters only, so that none leads back, about actors that are still there."""
    made = []
    merged = set()
    for _ in range(draw(st.integers(1, 5))):
        place = draw(st.integers(0, len(ACTORS) - 2))
        into = draw(st.sampled_from(ACTORS[place + 1 :]))
        kind = draw(st.sampled_from(["merge", "split", "rename"]))
        if kind == "merge" and ACTORS[place] not in merged:
            merged.add(ACTORS[place])
            made.append(Merge((ACTORS[place],), into, into[-1], PERSON))
        elif kind == "split" and ACTORS[place] not in merged and not _is_split(ACTORS[place], made):
            made.append(Split(ACTORS[place], ("a1",), into, into[-1], PERSON))
        else:
            made.append(Rename(ACTORS[place], f"{ACTORS[place][-1]}{len(made)}"))
    return made


@st.composite
def readings(draw):
    entities = draw(st.lists(st.sampled_from(ACTORS), min_size=1, unique=True))
    pairs = draw(st.lists(st.tuples(st.sampled_from(entities), st.sampled_from(entities)), max_size=5))
    claims = [said(Claim(a, "criticizes", b), 10 * n) for n, (a, b) in enumerate(pairs) if a != b]
    merged = {}
    for claim in claims:
        merged.setdefault(claim, []).extend(claim.evidence)
    claims = [Claim(c.subject, c.predicate, c.object, c.qualifiers, tuple(e)) for c, e in merged.items()]
    return told(*claims, entities=[person(e, e[-1]) for e in entities], article=draw(st.sampled_from(["a1", "a2"])))


def content(extraction):
    return set(extraction.entities), {(c.id, c.evidence) for c in extraction.claims}


@given(decision_lists(), readings())
def test_decisions_made_one_by_one_give_what_all_at_once_give(made, extraction):
    step = extraction
    for number in range(1, len(made) + 1):
        step = Decisions(made[:number]).apply(step)
    once = Decisions(made).apply(extraction)
    assert content(step) == content(once)


@given(decision_lists(), readings())
def test_applied_again_they_change_nothing(made, extraction):
    decisions = Decisions(made)
    once = decisions.apply(extraction)
    assert content(decisions.apply(once)) == content(once)
