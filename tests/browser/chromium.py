"""Drive a headless Chromium through its debugging pipe: standard library only.

Example:
    with Chromium() as browser:
        page = browser.open(path)
        page.evaluate("document.title")
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Self

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The browser's command, `None` if there is none."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


# the browser reads from descriptor 3 and writes to 4
_WIRE = """
import os, sys
a, b = os.dup(int(sys.argv[1])), os.dup(int(sys.argv[2]))
a, b = os.dup2(a, 103), os.dup2(b, 104)
os.dup2(a, 3)
os.dup2(b, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


class BrowserError(Exception):
    """The browser did not do what it was told."""


class Chromium:
    """One browser process, without network."""

    def __init__(self, *arguments: str, size: tuple[int, int] = (1400, 900)) -> None:
        command = find()
        if command is None:
            message = "there is no Chromium"
            raise BrowserError(message)
        self._profile = tempfile.mkdtemp(prefix="kg-chromium-")
        from_us, to_browser = os.pipe()
        from_browser, to_us = os.pipe()

        self._process = subprocess.Popen(
            [
                sys.executable, "-c", _WIRE, str(from_us), str(to_us),
                command, "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe",
                f"--user-data-dir={self._profile}", f"--window-size={size[0]},{size[1]}", "--hide-scrollbars",
                "--no-first-run", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-sync",
                "--disable-component-update",
                "--host-resolver-rules=MAP * ~NOTFOUND", "--force-device-scale-factor=1", *arguments, "about:blank",
            ],
            pass_fds=(from_us, to_us), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(from_us)
        os.close(to_us)
        self._to, self._from, self._rest = to_browser, from_browser, b""
        self._number = 0
        self.events: list[dict[str, Any]] = []
        self.size = size
        self._open = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the browser."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._to)
        os.close(self._from)
        shutil.rmtree(self._profile, ignore_errors=True)

    def send(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        """Give one command and wait for its answer; events that come in between are kept."""
        self._number += 1
        number = self._number
        message: dict[str, Any] = {"id": number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._to, data) :]
        end = time.monotonic() + 60
        while time.monotonic() < end:
            answer = self._read(end)
            if answer.get("id") == number:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']}")
                return answer.get("result", {})
            if "method" in answer:
                self.events.append(answer)
        message_text = f"no answer to {method}"
        raise BrowserError(message_text)

    def _read(self, end: float) -> dict[str, Any]:
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._from], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                message = "the browser is silent"
                raise BrowserError(message)
            chunk = os.read(self._from, 1 << 16)
            if not chunk:
                message = "the browser is gone"
                raise BrowserError(message)
            self._rest += chunk
        one, _, self._rest = self._rest.partition(b"\0")
        return json.loads(one)

    def open(self, path: Path, *, wait: str = "document.body?.dataset.state === 'ready'") -> Page:
        """Open a file in a tab of its own, in place of the one before, and wait until an expression is true in it."""
        if self._open:
            self.send("Target.closeTarget", targetId=self._open)
        self._open = target = self.send("Target.createTarget", url="about:blank")["targetId"]
        session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session)
        for domain in ("Page", "Network", "Runtime", "Log"):
            page.send(f"{domain}.enable")
        page.send(
            "Emulation.setDeviceMetricsOverride",
            width=self.size[0],
            height=self.size[1],
            deviceScaleFactor=1,
            mobile=False,
        )
        page.send("Page.navigate", url=path.resolve().as_uri())
        page.wait(wait)
        return page


class Page:
    """A tab."""

    def __init__(self, browser: Chromium, session: str) -> None:
        self.browser = browser
        self.session = session

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Give one command of the debugging protocol."""
        return self.browser.send(method, self.session, **params)

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression."""
        result = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise BrowserError(str(result["exceptionDetails"]))
        return result["result"].get("value")

    def wait(self, expression: str, *, seconds: float = 30) -> None:
        """Wait until an expression is true."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.evaluate(expression):
                return
            time.sleep(0.05)
        message = f"not true after {seconds} s: {expression}; {self.problems()}"
        raise BrowserError(message)

    def click(self, x: float, y: float) -> None:
        """Click at a point of the window, the pointer coming from elsewhere."""
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.send(
                "Input.dispatchMouseEvent",
                type=kind,
                x=x,
                y=y,
                button="none" if kind == "mouseMoved" else "left",
                clickCount=0 if kind == "mouseMoved" else 1,
            )
        self.pause()

    def hover(self, x: float, y: float) -> None:
        """Move the pointer."""
        self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        self.pause()

    def click_on(self, selector: str) -> None:
        """Click in the middle of the first element of a selector."""
        x, y = self.evaluate(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
            " e.scrollIntoView({ block: 'nearest' });"
            " const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; })()"
        )
        self.click(x, y)

    def key(self, name: str, text: str | None = None) -> None:
        """Press a key: its name (`Tab`, `Enter`, `a`) and what it types."""
        codes = {"Tab": 9, "Enter": 13, "Escape": 27, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}
        common: dict[str, Any] = {"key": name, "windowsVirtualKeyCode": codes.get(name, ord(name[0].upper()))}
        if name == "Enter":
            text = "\r"
        self.send(
            "Input.dispatchKeyEvent",
            type="keyDown" if text else "rawKeyDown",
            **common,
            **({"text": text} if text else {}),
        )
        self.send("Input.dispatchKeyEvent", type="keyUp", **common)

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        self.send("Input.insertText", text=text)
        self.pause()

    def pause(self) -> None:
        """Wait until two frames are drawn."""
        self.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")

    def picture(self, path: Path) -> None:
        """Write a screenshot."""
        path.write_bytes(base64.b64decode(self.send("Page.captureScreenshot", format="png")["data"]))

    def _mine(self, method: str) -> list[dict[str, Any]]:
        return [
            e["params"] for e in self.browser.events if e.get("sessionId") == self.session and e["method"] == method
        ]

    def requests(self) -> list[str]:
        """Every address that the page asked for, its own included."""
        return [e["request"]["url"] for e in self._mine("Network.requestWillBeSent")]

    def problems(self) -> list[str]:
        """Errors and warnings of the console, uncaught exceptions, violations of the policy, dialogs."""
        found = [
            e["entry"]["text"] for e in self._mine("Log.entryAdded") if e["entry"]["level"] in ("error", "warning")
        ]
        found += [
            str(e["exceptionDetails"].get("exception", {}).get("description", e))
            for e in self._mine("Runtime.exceptionThrown")
        ]
        found += [
            str(e["args"])
            for e in self._mine("Runtime.consoleAPICalled")
            if e["type"] in ("error", "warning", "assert")
        ]
        return found + [f"dialog {e['message']}" for e in self._mine("Page.javascriptDialogOpening")]
