"""A service that speaks OpenAI's protocol for chats: one question, one answer, within limits of time and size.

What is sent goes to the address given and nowhere else: redirections are not followed, and a proxy of the environment
is used for far addresses only. The key is read from the environment when it is needed, goes into one header and into
no message. The `openai` package is not used: it follows redirections, sends what it finds in other variables of the
environment, and reads answers of any length.

Source:
    https://platform.openai.com/docs/api-reference/chat (the protocol)
"""

from __future__ import annotations

import email.utils
import ipaddress
import json
import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NoReturn

import httpx

from kg.config import LanguageModel
from kg.engines.cache import Answer
from kg.errors import ArticleError, SettingsError

__all__ = ["KEY", "Endpoint", "Unanswered", "address_of"]

KEY = "KG_LLM_KEY"
"""The environment variable that holds the key."""

_LARGEST = 4 << 20  # bytes of an answer
_LONGEST_WAIT = 60.0  # seconds before a request is sent again
_TOLD = 200  # characters of a service's own message
_PATIENCE = 3  # questions without an answer, if there never was one
_BUSY, _GATEWAY = 429, 500
_AGAIN = frozenset({408, 409, 425, _BUSY})
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")
_STYLES: tuple[set[str], ...] = ({"schema", "temperature"}, {"schema"}, {"object"}, set())
"""What is asked of a service beside the question; services differ in what they know, so less is tried if need be."""


class Unanswered(ArticleError):
    """An article that got no answer: it is skipped, and tried again by the next build."""


class _Again(Exception):
    """A request that may be sent again.

    Args:
        problem: What went wrong.
        wait: Seconds to wait before, if the service says so.
        hint: What to do if it goes wrong to the last; then it concerns all articles.
    """

    def __init__(self, problem: str, *, wait: float | None = None, hint: str | None = None) -> None:
        super().__init__(problem)
        self.wait = wait
        self.hint = hint


class _Refused(Exception):
    """A request that the service does not take as it is."""


class Endpoint:
    """The service of a language model.

    Args:
        settings: Address, model, limits.
        sleep: How to wait; for tests.

    Raises:
        SettingsError: If the address or the key is wrong, or the extra `llm` is not installed.
    """

    def __init__(self, settings: LanguageModel, *, sleep: Callable[[float], None] = time.sleep) -> None:
        _require_extra()
        self.settings = settings
        url = address_of(settings)
        self._url = str(url)
        self._sleep = sleep
        self._style = 0
        self._failures = 0  # in a row; none any more once it has answered
        self._met = False
        self._client = httpx.Client(
            timeout=httpx.Timeout(settings.timeout, connect=min(10.0, settings.timeout)),
            follow_redirects=False,
            trust_env=url.scheme == "https" or not _is_near(url.host),  # no proxy for what is near
            headers={"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "kg-geopolitics"},
        )

    def ask(self, messages: Sequence[Mapping[str, str]], schema: Mapping[str, Any], *, article: str) -> Answer:
        """Ask a question; several threads may do so at once.

        Args:
            messages: Role and content of each, as the protocol has them.
            schema: JSON Schema of the answer, for services that keep to one.
            article: Id of the article, for messages.

        Raises:
            Unanswered: If this article got no answer that can be read.
            SettingsError: If no article will: the service cannot be reached, refuses the key or the model.
        """
        try:
            answer = self._asked(messages, schema, article)
        except Unanswered as error:
            self._failures += 1
            if self._met or self._failures < _PATIENCE:
                raise
            hint = f"it answered none of the first {_PATIENCE} questions: check endpoint and model"
            raise SettingsError(error.message, source=self._url, hint=hint) from error
        self._met = True
        return answer

    def _asked(self, messages: Sequence[Mapping[str, str]], schema: Mapping[str, Any], article: str) -> Answer:
        """Ask with as much as the service takes beside the question."""
        refusal = ""
        for style in range(self._style, len(_STYLES)):
            try:
                answer = self._sent(self._request(messages, schema, _STYLES[style]), article)
            except _Refused as error:
                refusal = str(error)
                continue
            self._style = style
            return self._answer(answer, article)
        message = f"the language model refuses the question: {refusal}"
        raise Unanswered(message, source=article)

    def _request(self, messages: Sequence[Mapping[str, str]], schema: Mapping[str, Any], style: set[str]) -> bytes:
        body: dict[str, Any] = {"model": self.settings.model, "messages": list(messages), "stream": False}
        if "temperature" in style:
            body["temperature"] = 0
        if "schema" in style:
            described = {"name": "claims", "strict": True, "schema": schema}
            body["response_format"] = {"type": "json_schema", "json_schema": described}
        elif "object" in style:
            body["response_format"] = {"type": "json_object"}
        return json.dumps(body).encode()

    def _sent(self, body: bytes, article: str) -> dict[str, Any]:
        """Send a request, several times if need be."""
        from tenacity import (
            RetryError,
            Retrying,
            retry_if_exception_type,
            stop_after_attempt,
            stop_after_delay,
            wait_random_exponential,
        )

        backoff = wait_random_exponential(multiplier=1, max=_LONGEST_WAIT)

        def wait(state: Any) -> float:
            told = state.outcome.exception().wait
            return float(backoff(state)) if told is None else float(told)

        retrying = Retrying(
            # Who took all the time once is not asked again: it would take as long.
            stop=stop_after_attempt(max(1, self.settings.tries)) | stop_after_delay(self.settings.timeout),
            wait=wait,
            retry=retry_if_exception_type(_Again),
            sleep=self._sleep,
        )
        try:
            return retrying(self._send, body)
        except RetryError as error:
            last = error.last_attempt.exception()
            if isinstance(last, _Again) and last.hint is not None:
                raise SettingsError(str(last), source=self._url, hint=last.hint) from None
            message = f"the language model did not answer: {last}"
            raise Unanswered(message, source=article, hint="build again later, or give it more time") from None

    def _send(self, body: bytes) -> dict[str, Any]:
        """Send a request once."""
        headers = {"Content-Type": "application/json"}
        if key := _key():
            headers["Authorization"] = f"Bearer {key}"
        try:
            with self._client.stream("POST", self._url, content=body, headers=headers) as response:
                content = self._read(response)
        except httpx.TimeoutException as error:
            if isinstance(error, httpx.ConnectTimeout):
                raise self._away(error) from None
            message = f"no answer within {self.settings.timeout:g} seconds"
            raise _Again(message) from None
        except httpx.TransportError as error:
            if isinstance(error, httpx.ConnectError | httpx.UnsupportedProtocol | httpx.ProxyError):
                raise self._away(error) from None
            message = f"the connection broke: {_tidy(str(error) or type(error).__name__)}"
            raise _Again(message) from None
        self._judge(response, content)
        try:
            answer = json.loads(content)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            message = "what came back is no JSON object"
            raise _Again(message)
        return answer

    def _read(self, response: httpx.Response) -> bytes:
        """Read an answer; one that is too large or comes too slowly is given up."""
        until = time.monotonic() + self.settings.timeout
        content = bytearray()
        for part in response.iter_raw():
            content += part
            if len(content) > _LARGEST:
                message = f"the answer is larger than {_LARGEST >> 20} MB"
                raise _Again(message)
            if time.monotonic() > until:
                message = f"no answer within {self.settings.timeout:g} seconds"
                raise _Again(message)
        return bytes(content)

    def _judge(self, response: httpx.Response, content: bytes) -> None:
        """Raise what a status means, if it is not a success."""
        status = response.status_code
        if response.is_success:
            return
        said = _message(content)
        told = f"status {status}" + (f": {said}" if said else "")
        if status in (400, 413, 422):
            raise _Refused(told)
        if status in _AGAIN or status >= _GATEWAY:
            self._retry(status, told, _retry_after(response.headers.get("retry-after")))
        if response.is_redirect:
            problem, hint = f"the service sends elsewhere ({told})", "give that address; kg follows no redirection"
        elif status in (401, 402, 403):
            problem = f"the service refuses ({told})"
            hint = f"check the key in the environment variable {KEY}" if _key() else f"put the key into {KEY}"
        elif status in (404, 405):
            problem = f"there is no such service or no model {self.settings.model!r} ({told})"
            hint = "an endpoint often ends in /v1; `curl ENDPOINT/models` lists the models of most"
        else:
            problem, hint = f"the service does not answer ({told})", "check endpoint and model"
        raise SettingsError(problem, source=self._url, hint=hint)

    def _retry(self, status: int, told: str, wait: float | None) -> NoReturn:
        busy = status == _BUSY
        problem = f"the service is busy ({told})" if busy else told
        if wait is not None and wait > _LONGEST_WAIT:
            hint = f"it asks to wait {wait:.0f} seconds; then the same command goes on"
            raise SettingsError(problem, source=self._url, hint=hint)
        limits = "its limits are reached: try later, the same command goes on"
        raise _Again(problem, wait=wait, hint=limits if busy else None)

    def _answer(self, answer: Mapping[str, Any], article: str) -> Answer:
        """The answer's text and tokens."""
        choices, usage = answer.get("choices"), answer.get("usage")
        choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
        message, is_cut = choice.get("message"), choice.get("finish_reason") == "length"
        text = message.get("content") if isinstance(message, dict) else None
        if not isinstance(text, str) or not (text.strip() or is_cut):
            said = _message(json.dumps(answer).encode()) if "error" in answer else ""
            problem = "the answer of the language model is empty" + (f": {said}" if said else "")
            raise Unanswered(problem, source=article, hint="another model may answer")
        counts = usage if isinstance(usage, dict) else {}
        return Answer(text, _count(counts.get("prompt_tokens")), _count(counts.get("completion_tokens")), is_cut)

    def _away(self, error: Exception) -> Exception:
        """It cannot be reached: for a moment, if it ever could."""
        problem = f"the service cannot be reached: {_tidy(str(error) or type(error).__name__)}"
        hint = "check the address, and whether the service is running"
        return _Again(problem, hint=hint) if self._met else SettingsError(problem, source=self._url, hint=hint)


def _require_extra() -> None:
    try:
        import pydantic  # noqa: F401  # asked for here, so that it is said before anything is read
        import tenacity  # noqa: F401
    except ImportError as error:
        message = f"the engine llm needs {error.name}"
        raise SettingsError(message, hint="pip install 'kg-geopolitics[llm]'") from error


def _key() -> str:
    """The key, or nothing.

    Raises:
        SettingsError: If it cannot be the value of a header; it is not shown.
    """
    key = os.environ.get(KEY, "").strip()
    if key and not (key.isascii() and key.isprintable() and " " not in key):
        message = f"the key in {KEY} holds blanks, line breaks or letters that no key has"
        raise SettingsError(message, hint="put the key alone there")
    return key


def address_of(settings: LanguageModel) -> httpx.URL:
    """The address that questions are sent to.

    Raises:
        SettingsError: If a setting is wrong.
    """
    hint = "give an address such as http://127.0.0.1:11434/v1"
    if not settings.model.strip():
        message = "no language model is named"
        raise SettingsError(message, hint="give --llm-model, the name that the service has for it")
    if not settings.timeout > 0:
        message = f"the time for an answer is {settings.timeout} seconds"
        raise SettingsError(message, hint="give more than 0")
    try:
        url = httpx.URL(settings.endpoint.strip())
    except (httpx.InvalidURL, TypeError, ValueError) as error:
        message = f"the endpoint is no address: {_tidy(str(error))}"
        raise SettingsError(message, hint=hint) from None
    if url.userinfo or url.query or url.fragment:
        message = "the endpoint holds a user, a password or parameters, which would be shown and stored"
        raise SettingsError(message, hint=f"give the address alone, and put a key into {KEY}")
    if url.scheme not in ("http", "https") or not url.host:
        message = f"the endpoint {_tidy(settings.endpoint)!r} is no address of a web service"
        raise SettingsError(message, hint=hint)
    if _key() and url.scheme == "http" and not _is_near(url.host):
        message = "the key would be sent unencrypted"
        raise SettingsError(message, source=str(url), hint=f"give an address with https, or unset {KEY}")
    path = url.path.rstrip("/")
    return url.copy_with(path=path if path.endswith("/chat/completions") else f"{path}/chat/completions")


def _is_near(host: str) -> bool:
    """Whether a host is this computer or one of a private network."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host


def _count(value: object) -> int:
    return value if type(value) is int and 0 <= value < 1 << 40 else 0


def _retry_after(value: str | None) -> float | None:
    """The seconds that a service asks to wait: a number, or a date (RFC 9110, 10.2.3)."""
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = (email.utils.parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError):
            return None
    return max(0.0, seconds) if seconds < float("inf") else None


def _message(content: bytes) -> str:
    """A service's own words, short, without control characters and without the key, which some repeat."""
    try:
        said = json.loads(content)
        error = said.get("error", said.get("message", said.get("detail", "")))
        text = error.get("message", "") if isinstance(error, dict) else error
    except (ValueError, AttributeError, RecursionError):
        text = content[: _TOLD * 4].decode("utf-8", "replace")
    return _tidy(text if isinstance(text, str) else "")


def _tidy(text: str) -> str:
    key = _key()
    whole = " ".join(_CONTROLS.sub(" ", text.replace(key, "…") if key else text).split())
    return whole if len(whole) <= _TOLD else whole[: _TOLD - 1] + "…"
