"""An article read by a language model behind a service on this computer."""

import socket
import time
from dataclasses import replace

import pytest

import kg
from kg.build_archive import open_journal
from kg.config import Settings
from kg.engines.account import Account
from kg.engines.llm import rule_of, service_of
from kg.engines.prompt import prompt_digest
from kg.errors import SettingsError
from kg.model import Article
from tests.engines.service import Reply, claim, completion, entity, refusal

pytestmark = pytest.mark.model

TRAVEL = "Der peruanische Präsident Julio Vargas ist am Montag nach Ecuador gereist."
TRIAL = "Ecuador kritisierte Bolivien scharf."
VARGAS, ECUADOR = entity("E1", "Person", "Julio Vargas"), entity("E2", "Country", "Ecuador")
BOLIVIA = entity("E3", "Country", "Bolivien")


@pytest.fixture(autouse=True)
def answers(service):
    service.answers = {
        TRAVEL: ([VARGAS, ECUADOR], [claim("E1", "visits", "E2", TRAVEL)]),
        TRIAL: ([ECUADOR, BOLIVIA], [claim("E2", "criticizes", "E3", TRIAL)]),
    }


def read(model, *texts, jobs=1, **given):
    """The extractions, the errors, and what it cost."""
    errors, accounts = [], [Account()]
    articles = [Article(f"a{n}", text, published="2025-03-06") for n, text in enumerate(texts)]
    settings = Settings(llm=model, jobs=jobs, **given)
    found = list(kg.extract_all(articles, settings=settings, on_error=errors.append, on_account=accounts.append))
    return found, errors, sum(accounts, start=Account())


def said(extractions):
    return [(c.subject, c.predicate, c.object) for extraction in extractions for c in extraction.claims]


def test_claims_are_the_models_and_all_else_is_the_pipelines(model):
    text = f"{TRAVEL} „Ich freue mich“, sagte Julio Vargas."
    [extraction], errors, account = read(model, text)
    assert not errors
    assert said([extraction]) == [("Person_Julio_Vargas", "visits", "Ecuador")]  # the rules find an office as well
    assert [q.text for q in extraction.quotations] == ["Ich freue mich"]
    assert "Peru" in [e.id for e in extraction.entities]
    assert extraction.claims[0].evidence[0].rule == rule_of(model)
    assert (account.asked, account.kept, account.tokens_in, account.tokens_out, account.claims) == (1, 0, 100, 20, 1)


def test_what_was_asked_once_is_not_asked_again(service, model):
    first = read(model, TRAVEL, TRIAL)
    second = read(model, TRAVEL, TRIAL)
    assert second[0] == first[0]
    assert len(service.requests) == 2
    assert (second[2].asked, second[2].kept, second[2].tokens_in) == (0, 2, 0)


@pytest.mark.parametrize("change", [{"model": "another"}, {"endpoint": "localhost"}])
def test_another_model_or_service_is_asked_itself(service, model, change):
    read(model, TRAVEL)
    if "endpoint" in change:
        change = {"endpoint": service.url.replace("127.0.0.1", "localhost")}
    _, _, account = read(replace(model, **change), TRAVEL)
    assert (account.asked, account.kept) == (1, 0)


def test_changed_text_is_asked_about(model):
    read(model, TRAVEL)
    assert read(model, f"{TRAVEL} {TRIAL}")[2].asked == 1


def test_broken_answer_is_not_kept(service, model):
    service.replies.append("I would rather not.")
    found, [error], account = read(model, TRAVEL)
    assert not found
    assert "a0: the answer of the language model is not of the form asked for" in str(error)
    assert account.asked == 1
    assert account.tokens_in == 100  # it is paid for all the same
    assert said(read(model, TRAVEL)[0])


def test_answer_that_breaks_off_is_asked_for_in_halves(service, model):
    service.replies.append(Reply(completion('{"entities": [', finish="length")))
    [extraction], errors, account = read(model, f"{TRAVEL} {TRIAL}")
    assert not errors
    assert service.texts() == [f"{TRAVEL} {TRIAL}", f"{TRAVEL} ".strip(), TRIAL]
    assert [c.predicate for c in extraction.claims] == ["visits", "criticizes"]
    assert account.asked == 3


def test_answer_that_breaks_off_to_the_last_costs_the_article(service, model):
    service.replies += [Reply(completion("{", finish="length"))] * 2
    found, [error], _ = read(model, f"{TRAVEL} {TRIAL}")
    assert not found
    assert "even about a single sentence" in str(error)


def test_one_article_without_an_answer_costs_no_other(service, model):
    service.replies.append("")
    found, [error], _ = read(model, TRAVEL, TRIAL)
    assert error.source == "a0"
    assert said(found) == [("Ecuador", "criticizes", "Bolivien")]


def test_wrong_key_stops_the_build(service, model):
    service.replies.append(refusal(401, "no"))
    with pytest.raises(SettingsError, match="refuses"):
        read(model, TRAVEL, TRIAL)
    assert len(service.requests) == 1


def test_articles_are_asked_about_at_the_same_time_and_come_in_order(service, model):
    service.delay = 0.3
    texts = [f"{TRAVEL} {TRIAL} Nummer {n} ist da." for n in range(8)]
    began = time.monotonic()
    found, errors, account = read(model, *texts, jobs=8)
    assert time.monotonic() - began < 8 * 0.3
    assert service.most > 2
    assert not errors
    assert [extraction.article.id for extraction in found] == [f"a{n}" for n in range(8)]
    assert account.asked == 8
    assert said(found) == said(read(model, *texts)[0])


def test_articles_are_stored_before_many_are_asked_about(service, model):
    done = kg.extract_all((Article(f"a{n}", f"{TRAVEL} Nummer {n}.") for n in range(9)), settings=Settings(llm=model))
    next(done)
    assert len(service.requests) == 2


def test_long_article_is_asked_about_in_pieces(service, model):
    text = " ".join([TRAVEL, *(f"Das ist der {n}. Satz ohne jede Bedeutung für die Welt." for n in range(150)), TRIAL])
    [extraction], _, account = read(model, text)
    assert [c.predicate for c in extraction.claims] == ["visits", "criticizes"]
    assert account.asked == len(service.texts()) > 1
    assert " ".join(service.texts()) == text


def test_same_text_gives_the_same_graph(model):
    article = Article("a", f"{TRAVEL} {TRIAL}", published="2025-03-06")
    first, second = (kg.build_graph([article], settings=Settings(llm=model)).serialize("trig") for _ in range(2))
    assert first == second


def test_wrong_address_is_told_before_anything_is_read():
    with pytest.raises(SettingsError, match="is no address"):
        next(kg.extract_all(iter([]), settings=Settings(llm=kg.LanguageModel("foo", "m"))), None)
    with pytest.raises(SettingsError, match="is no address"):
        open_journal(None, kg.KnowledgeGraph(), Settings(llm=kg.LanguageModel("http://", "m")))


def test_rule_holds_no_control_characters_and_is_short():
    rule = rule_of(kg.LanguageModel("https://example.org/v1", "a\x1b[31m\u202e/b" + "x" * 500))
    assert rule.startswith("llm/example.org/a[31m/b")
    assert len(rule) < 150


def test_no_engine_no_network(monkeypatch):
    def refuse(*_):
        message = "the network was used"
        raise AssertionError(message)

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    graph = kg.build_graph([kg.clean(Article("a", TRAVEL, published="2025-03-06"))])
    assert list(graph.claims(predicate="visits"))


def test_service_is_made_once(model):
    assert service_of(model) is service_of(replace(model))


PROVENANCE = """SELECT DISTINCT ?engine ?host ?model ?instructions WHERE {
    ?evidence a kg:Evidence ; prov:wasGeneratedBy ?reading .
    ?reading a kg:Reading ; kg:engine ?engine ; kg:endpointHost ?host ; kg:languageModel ?model ;
             kg:instructions ?instructions }"""


def test_graph_says_who_has_read(model, service):
    graph = kg.build_graph([kg.clean(Article("a", TRAVEL))], settings=Settings(llm=replace(model, model="some/model")))
    [row] = graph.query(PROVENANCE).dicts()
    host = service.url.split("/")[2]
    assert row == {"engine": "llm", "host": host, "model": "some/model", "instructions": prompt_digest()}
    assert not list(graph.validate())
    again = kg.KnowledgeGraph()
    again.add(*graph.extractions())
    assert again.serialize("trig") == graph.serialize("trig")


def test_graph_of_the_rules_names_no_reading():
    graph = kg.build_graph([kg.clean(Article("a", TRAVEL))])
    assert list(graph.claims())
    assert not graph.query(PROVENANCE).dicts()
