"""A service that speaks OpenAI's protocol for chats: one question, one answer, within limits of time and size.

What is sent goes to the address given and nowhere else: redirections are not followed. The key is read from the
environment when it is needed, goes into one header and into no message.

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
from typing import Any

import httpx

from kg.config import LanguageModel
from kg.engines.cache import Answer
from kg.errors import ArticleError, SettingsError

__all__ = ["KEY", "Endpoint", "Unanswered"]

KEY = "KG_LLM_KEY"
"""The environment variable that holds the key."""

_LARGEST = 4 << 20  # bytes of an answer
_LONGEST_WAIT = 60.0  # seconds before a request is sent again
_TOLD = 200  # characters of a service's own message
_BUSY, _GATEWAY = 429, 500
_AGAIN = frozenset({408, 409, 425, _BUSY})
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")
_STYLES: tuple[set[str], ...] = ({"schema", "temperature"}, {"schema"}, {"object"}, set())
"""What is asked of a service beside the question; services differ in what they know, so less is tried if need be."""


class Unanswered(ArticleError):
    """An article that got no answer: it is skipped, and tried again by the next build."""


class _Again(Exception):
    """A request that may be sent again, after so many seconds if the service says so."""

    def __init__(self, problem: str, *, wait: float | None = None, hopeless: str | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.wait = wait
        self.hopeless = hopeless  # what to do; then it concerns all articles


class _Refused(Exception):
    """A request that the service does not take as it is."""


class Endpoint:
    """The service of a language model.

    Args:
        settings: Address, model, limits.
        transport: How requests are sent; for tests.
        sleep: How to wait; for tests.

    Raises:
        SettingsError: If the address or the key is wrong, or the extra `llm` is not installed.
    """

    def __init__(
        self,
        settings: LanguageModel,
        *,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        _require_extra()
        self.settings = settings
        self._url = _checked(settings)
        self._style = 0
        self._sleep = sleep
        self._client = httpx.Client(
            timeout=httpx.Timeout(settings.timeout, connect=min(10.0, settings.timeout)),
            follow_redirects=False,
            transport=transport,
            headers={"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "kg-geopolitics"},
        )

    def ask(self, messages: Sequence[Mapping[str, str]], schema: Mapping[str, Any], *, article: str) -> Answer:
        """Ask a question.

        Args:
            messages: Role and content of each, as the protocol has them.
            schema: JSON Schema of the answer, for services that keep to one.
            article: Id of the article, for messages.

        Raises:
            Unanswered: If this article got no answer that can be read.
            SettingsError: If no article will: the service cannot be reached, refuses the key or the model.
        """
        while True:
            try:
                return self._answer(self._sent(self._request(messages, schema), article), article)
            except _Refused as refusal:
                if self._style + 1 == len(_STYLES):
                    self._style = 0
                    message = f"the language model refuses the question: {refusal}"
                    raise Unanswered(message, source=article) from refusal
                self._style += 1

    def _request(self, messages: Sequence[Mapping[str, str]], schema: Mapping[str, Any]) -> bytes:
        style = _STYLES[self._style]
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
        from tenacity import RetryError, Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

        backoff = wait_random_exponential(multiplier=1, max=_LONGEST_WAIT)

        def wait(state: Any) -> float:
            told = state.outcome.exception().wait
            return float(backoff(state)) if told is None else min(told, _LONGEST_WAIT)

        retrying = Retrying(
            stop=stop_after_attempt(max(1, self.settings.tries)),
            wait=wait,
            retry=retry_if_exception_type(_Again),
            sleep=self._sleep,
        )
        try:
            return retrying(self._send, body)
        except RetryError as error:
            last = error.last_attempt.exception()
            problem = last.problem if isinstance(last, _Again) else str(last)
            if isinstance(last, _Again) and last.hopeless is not None:
                raise SettingsError(problem, source=self._url, hint=last.hopeless) from None
            message = f"the language model did not answer: {problem}"
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
            if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
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
        if status in _AGAIN or status >= _GATEWAY:
            hopeless = "its limits are reached: try later, the same command goes on" if status == _BUSY else None
            problem = f"the service is busy ({told})" if status == _BUSY else told
            raise _Again(problem, wait=_retry_after(response.headers.get("retry-after")), hopeless=hopeless)
        if status in (400, 422):
            raise _Refused(told)
        if response.is_redirect:
            message, hint = (
                f"the service sends elsewhere ({told})",
                "give the address itself; kg follows no redirection",
            )
        elif status in (401, 402, 403):
            message = f"the service refuses ({told})"
            hint = f"check the key in the environment variable {KEY}" if _key() else f"put the key into {KEY}"
        elif status in (404, 405):
            message = f"there is no such service or no model {self.settings.model!r} ({told})"
            hint = "an endpoint often ends in /v1; `curl ENDPOINT/models` lists the models of most"
        else:
            message, hint = f"the service does not answer ({told})", "check endpoint and model"
        raise SettingsError(message, source=self._url, hint=hint)

    def _answer(self, answer: Mapping[str, Any], article: str) -> Answer:
        """The answer's text and tokens."""
        try:
            choice = answer["choices"][0]
            text = choice["message"].get("content")
        except (KeyError, IndexError, TypeError, AttributeError):
            choice, text = {}, None
        if isinstance(choice, dict) and choice.get("finish_reason") == "length":
            message = "the answer of the language model is cut short"
            raise Unanswered(message, source=article, hint="raise the service's limit of tokens")
        if not isinstance(text, str) or not text.strip():
            message = "the answer of the language model is empty"
            raise Unanswered(message, source=article, hint="another model may answer")
        usage = answer.get("usage")
        counts = [usage.get(name) if isinstance(usage, dict) else 0 for name in ("prompt_tokens", "completion_tokens")]
        tokens = [n if type(n) is int and 0 <= n < 1 << 40 else 0 for n in counts]
        return Answer(text, *tokens)

    def _away(self, error: Exception) -> _Again:
        problem = f"the service cannot be reached: {_tidy(str(error) or type(error).__name__)}"
        return _Again(problem, hopeless="check the address, and whether the service is running")


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


def _checked(settings: LanguageModel) -> str:
    """The address that questions are sent to."""
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
    return str(url.copy_with(path=path if path.endswith("/chat/completions") else f"{path}/chat/completions"))


def _is_near(host: str) -> bool:
    """Whether a host is this computer or one of a private network."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host


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
