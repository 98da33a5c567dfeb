"""The service of a language model, with all that can go wrong on the way."""

import builtins
import json
import socket
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from kg.config import LanguageModel
from kg.engines import endpoint as module
from kg.engines.cache import Answer
from kg.engines.endpoint import KEY, Endpoint, Unanswered, address_of
from kg.errors import SettingsError
from tests.engines.service import Reply, completion, refusal

SECRET = "sk-very-secret"
QUESTION = [{"role": "user", "content": json.dumps({"text": "Peru"})}]
SCHEMA = {"type": "object"}


@pytest.fixture
def slept():
    return []


@pytest.fixture
def endpoint(model, slept):
    return Endpoint(model, sleep=slept.append)


def ask(endpoint, article="a1"):
    return endpoint.ask(QUESTION, SCHEMA, article=article)


def test_question_is_sent_as_the_protocol_has_it(service, endpoint):
    service.replies.append("an answer")
    assert ask(endpoint) == Answer("an answer", 100, 20)
    [(path, headers, body)] = service.requests
    assert path == "/v1/chat/completions"
    assert "Authorization" not in headers
    assert body["model"] == "small-model"
    assert body["messages"] == QUESTION
    assert body["temperature"] == 0
    assert body["response_format"]["json_schema"]["schema"] == SCHEMA


def test_key_comes_from_the_environment_and_is_asked_for_each_time(service, endpoint, monkeypatch):
    service.replies += ["one", "two"]
    monkeypatch.setenv(KEY, f" {SECRET}\n")
    ask(endpoint)
    monkeypatch.setenv(KEY, "another")
    ask(endpoint)
    assert [headers["Authorization"] for _, headers, _ in service.requests] == [f"Bearer {SECRET}", "Bearer another"]


@pytest.mark.parametrize("status", [401, 402, 403])
def test_wrong_key_ends_all_and_is_not_shown(service, endpoint, monkeypatch, slept, status):
    monkeypatch.setenv(KEY, SECRET)
    service.replies.append(refusal(status, f"Incorrect API key provided: {SECRET}.\x1b[31m"))
    with pytest.raises(SettingsError, match=r"refuses .*Incorrect API key provided: …") as caught:
        ask(endpoint)
    assert SECRET not in str(caught.value)
    assert "\x1b" not in str(caught.value)
    assert KEY in caught.value.hint
    assert not slept


def test_missing_key_is_named(service, endpoint):
    service.replies.append(refusal(401, "You didn't provide an API key."))
    with pytest.raises(SettingsError, match=f"put the key into {KEY}"):
        ask(endpoint)


@pytest.mark.parametrize("key", ["two words", "line\nbreak", "schlüssel"])
def test_key_that_is_none_is_not_sent(service, endpoint, monkeypatch, key):
    monkeypatch.setenv(KEY, key)
    with pytest.raises(SettingsError, match="the key in KG_LLM_KEY") as caught:
        ask(endpoint)
    assert key not in str(caught.value)
    assert not service.requests


def test_unknown_model_ends_all(service, endpoint):
    service.replies.append(refusal(404, "model 'small-model' not found"))
    with pytest.raises(SettingsError, match="no model 'small-model'"):
        ask(endpoint)


def test_rate_limit_is_waited_for_as_long_as_the_service_says(service, endpoint, slept):
    in_a_while = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)
    service.replies += [
        refusal(429, "slow down", retry_after="7"),
        refusal(429, "slow down", retry_after=in_a_while),
        refusal(429, "slow down", retry_after="tomorrow"),
        "an answer",
    ]
    assert ask(endpoint).text == "an answer"
    assert slept[0] == 7
    assert 15 < slept[1] <= 20
    assert 0 <= slept[2] <= 4


def test_rate_limit_to_the_last_ends_all(service, endpoint, slept):
    service.replies += [refusal(429, "quota exceeded")] * 5
    with pytest.raises(SettingsError, match=r"busy .*quota exceeded.*the same command goes on"):
        ask(endpoint)
    assert len(slept) == 4


@pytest.mark.parametrize("status", [429, 503])
def test_long_wait_is_not_waited(service, endpoint, slept, status):
    service.replies.append(refusal(status, "come back later", retry_after="3600"))
    with pytest.raises(SettingsError, match="asks to wait 3600 seconds"):
        ask(endpoint)
    assert not slept


@pytest.mark.parametrize(
    "failure",
    [
        refusal(500, "oops"),
        refusal(503, "overloaded"),
        Reply(b"<html>gateway</html>", 502),
        Reply(b"{not json"),
        Reply(b"[1, 2]"),
        Reply(b"[" * 100_000),
        Reply(hang_up=True),
    ],
    ids=["500", "503", "html", "no json", "no object", "too deep", "hung up"],
)
def test_failure_is_tried_again_with_growing_pauses(service, endpoint, slept, failure):
    service.replies += [failure, failure, "an answer"]
    assert ask(endpoint).text == "an answer"
    assert len(slept) == 2
    assert 0 <= slept[0] <= 1
    assert 0 <= slept[1] <= 2


def test_failure_to_the_last_costs_the_article(service, endpoint, slept):
    service.replies += [refusal(500, "oops")] * 5
    with pytest.raises(Unanswered, match=r"^a1: the language model did not answer: status 500: oops"):
        ask(endpoint)
    assert len(service.requests) == 5
    assert len(slept) == 4


def test_service_that_never_answers_is_given_up(service, endpoint):
    service.replies += [refusal(500, "oops")] * 15
    for _ in range(2):
        with pytest.raises(Unanswered):
            ask(endpoint)
    with pytest.raises(SettingsError, match="none of the first 3 questions"):
        ask(endpoint)


def test_service_that_answered_once_is_not_given_up(service, endpoint):
    service.replies += ["an answer", *[Reply(completion(""))] * 5]
    ask(endpoint)
    for _ in range(5):
        with pytest.raises(Unanswered, match="is empty"):
            ask(endpoint)


def test_address_where_nobody_is(model, slept):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
    with pytest.raises(SettingsError, match=r"cannot be reached.*whether the service is running") as caught:
        ask(Endpoint(replace(model, endpoint=url), sleep=slept.append))
    assert caught.value.source == f"{url}/chat/completions"
    assert not slept


def test_service_that_goes_away_is_waited_for(service, endpoint, slept):
    service.replies.append("an answer")
    ask(endpoint)
    service.close()
    endpoint._client.close()
    endpoint._client = Endpoint(endpoint.settings)._client  # the connection that was kept is gone as well
    with pytest.raises(SettingsError, match="cannot be reached"):
        ask(endpoint)
    assert len(slept) == 4


@pytest.mark.parametrize(
    "slow", [Reply(completion("x"), wait=3), Reply(completion("x"), drip=0.05)], ids=["late", "in drops"]
)
def test_answer_that_takes_too_long_is_not_asked_for_again(service, model, slept, slow):
    service.replies.append(slow)
    began = time.monotonic()
    with pytest.raises(Unanswered, match=r"no answer within 0\.2 seconds"):
        ask(Endpoint(replace(model, timeout=0.2), sleep=slept.append))
    assert time.monotonic() - began < 2
    assert not slept


def test_answer_without_end_is_not_read(service, endpoint, monkeypatch):
    monkeypatch.setattr(module, "_LARGEST", 1000)
    service.replies += [completion_of("x" * 2000)] * 5
    with pytest.raises(Unanswered, match="larger than"):
        ask(endpoint)


def completion_of(text):
    return Reply(completion(text))


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_near_service_is_asked_without_a_proxy(service, model, monkeypatch, variable):
    monkeypatch.setenv(variable, "http://127.0.0.1:1")
    service.replies.append("an answer")
    assert ask(Endpoint(model)).text == "an answer"


def test_redirection_is_not_followed(service, endpoint):
    service.replies.append(Reply(b"", 307, {"location": f"{service.url}/elsewhere"}))
    with pytest.raises(SettingsError, match="sends elsewhere"):
        ask(endpoint)
    assert len(service.requests) == 1


def test_service_that_knows_less_is_asked_for_less_and_that_is_remembered(service, endpoint):
    service.replies += [
        refusal(400, "temperature is not supported"),
        refusal(422, "json_schema is not supported"),
        "an answer",
        "another",
    ]
    assert ask(endpoint).text == "an answer"
    assert ask(endpoint).text == "another"
    asked = [(body.get("temperature"), body["response_format"]["type"]) for _, _, body in service.requests]
    assert asked == [(0, "json_schema"), (None, "json_schema"), (None, "json_object"), (None, "json_object")]


def test_question_that_is_refused_in_every_form_costs_the_article(service, endpoint):
    service.replies += [refusal(400, "the content is filtered")] * 4
    with pytest.raises(Unanswered, match="refuses the question: status 400: the content is filtered"):
        ask(endpoint)
    service.replies.append("an answer")
    assert ask(endpoint).text == "an answer"
    assert "json_schema" in str(service.requests[-1][2])  # a filter says nothing about what the service knows


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"choices": []},
        {"choices": [None]},
        {"choices": [{"message": None}]},
        {"choices": [{"message": {"content": None, "refusal": "I cannot"}}]},
        {"choices": [{"message": {"content": ["x"]}}]},
        {"choices": {"0": "x"}},
        {"error": {"message": "out of memory"}},
    ],
)
def test_answer_without_words_costs_the_article(service, endpoint, body):
    service.replies.append(Reply(body))
    with pytest.raises(Unanswered, match="is empty"):
        ask(endpoint)


def test_answer_that_breaks_off_says_so(service, endpoint):
    service.replies += [Reply(completion('{"entities"', finish="length")), Reply(completion("", finish="length"))]
    assert ask(endpoint) == Answer('{"entities"', 100, 20, is_cut=True)
    assert ask(endpoint).is_cut


@pytest.mark.parametrize("usage", [None, {}, {"prompt_tokens": "7"}, {"prompt_tokens": -1}, {"prompt_tokens": True}, 3])
def test_tokens_that_are_no_number_do_not_count(service, endpoint, usage):
    service.replies.append(Reply({**completion("x"), "usage": usage}))
    assert ask(endpoint) == Answer("x", 0, 0)


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("", "is no address"),
        ("127.0.0.1:11434", "is no address"),
        ("ftp://example.org/v1", "is no address"),
        ("file:///etc/passwd", "is no address"),
        ("http://", "is no address"),
        ("http://[::1", "is no address"),
        ("http://user:pass@localhost/v1", "a user, a password"),
        ("http://localhost/v1?key=abc", "parameters"),
    ],
)
def test_address_that_is_none(address, problem):
    with pytest.raises(SettingsError, match=problem) as caught:
        Endpoint(LanguageModel(address, "m"))
    assert "pass@" not in str(caught.value)
    assert "abc" not in str(caught.value)


@pytest.mark.parametrize("settings", [{"model": " "}, {"timeout": 0}, {"timeout": float("nan")}])
def test_setting_that_is_wrong(settings):
    with pytest.raises(SettingsError):
        Endpoint(LanguageModel(**{"endpoint": "http://localhost/v1", "model": "m", **settings}))


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("http://localhost:11434/v1", "http://localhost:11434/v1/chat/completions"),
        ("http://localhost:11434/v1/", "http://localhost:11434/v1/chat/completions"),
        ("https://example.org/v1/chat/completions", "https://example.org/v1/chat/completions"),
        ("https://example.org", "https://example.org/chat/completions"),
    ],
)
def test_address_of_the_chat(given, asked):
    assert str(address_of(LanguageModel(given, "m"))) == asked


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("http://example.org/v1", False),
        ("http://8.8.8.8/v1", False),
        ("https://example.org/v1", True),
        ("http://localhost/v1", True),
        ("http://10.0.0.7/v1", True),
        ("http://[::1]:80/v1", True),
        ("http://gpu-server/v1", True),
    ],
)
def test_key_goes_unencrypted_to_near_services_only(monkeypatch, address, allowed):
    address_of(LanguageModel(address, "m"))  # without a key every one will do
    monkeypatch.setenv(KEY, SECRET)
    if allowed:
        address_of(LanguageModel(address, "m"))
        return
    with pytest.raises(SettingsError, match="unencrypted") as caught:
        address_of(LanguageModel(address, "m"))
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("library", ["pydantic", "tenacity"])
def test_missing_extra_is_named(monkeypatch, model, library):
    imported = builtins.__import__

    def refuse(name, *rest):
        if name == library:
            raise ImportError(name=library)
        return imported(name, *rest)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(SettingsError, match=rf"needs {library} .pip install 'kg-geopolitics\[llm\]'"):
        Endpoint(model)
