"""A service on this computer that speaks the protocol of chat completions, and misbehaves on demand."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

__all__ = ["Reply", "Service", "claim", "completion", "entity", "refusal"]


def entity(id, type, name, *mentions):
    return {"id": id, "type": type, "name": name, "mentions": [name, *mentions]}


def claim(subject, predicate, object, quote, **given):
    nothing = dict.fromkeys(("source", "when", "begins", "ends", "place", "quantity", "role"))
    said = {"subject": subject, "predicate": predicate, "object": object, "quote": quote}
    return {**said, "modality": "asserted", **nothing, "confidence": 0.9, **given}


def completion(content, *, finish="stop", usage=(100, 20)):
    """An answer as the protocol has it."""
    return {
        "object": "chat.completion",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": finish}],
        "usage": {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)},
    }


@dataclass
class Reply:
    """What the service sends back once."""

    body: object = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0  # seconds before it begins
    drip: float = 0  # seconds between two bytes
    hang_up: bool = False


def refusal(status, message, **headers):
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply({"error": {"message": message, "type": "some_error"}}, status, names)


class Service:
    """Plays its replies one after the other; when there are none left, it answers what `answers` says of the text.

    Attributes:
        answers: A part of the text that is asked about → entities and claims.
        requests: Path, headers and body of all that was asked.
        most: How many were answered at the same time.
    """

    def __init__(self):
        self.replies = deque()
        self.answers = {}
        self.requests = []
        self.delay = 0
        self.most = self._now = 0
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def texts(self):
        """The pieces of text that were asked about."""
        return [json.loads(body["messages"][-1]["content"])["text"] for _, _, body in self.requests]

    def _reply(self, body):
        if self.replies:
            reply = self.replies.popleft()
            return reply if isinstance(reply, Reply) else Reply(completion(reply))
        text = json.loads(body["messages"][-1]["content"])["text"]
        entities, claims = [], []
        for part, (some, said) in self.answers.items():
            if part in text:
                entities += some
                claims += said
        return Reply(completion(json.dumps({"entities": entities, "claims": claims})))

    def _handler(self):
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                with service._lock:
                    service.requests.append((self.path, dict(self.headers), body))
                    service._now += 1
                    service.most = max(service.most, service._now)
                    reply = service._reply(body)
                time.sleep(reply.wait or service.delay)
                with service._lock:
                    service._now -= 1
                if reply.hang_up:
                    self.connection.close()
                    return
                content = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
                self.send_response(reply.status)
                for name, value in {"content-type": "application/json", **reply.headers}.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                try:
                    if reply.drip:
                        for byte in content:
                            self.wfile.write(bytes([byte]))
                            time.sleep(reply.drip)
                    else:
                        self.wfile.write(content)
                except OSError:
                    pass  # the other side has given up

            def do_GET(self):
                self.send_error(404)

            def log_message(self, *_):
                pass

        return Handler
