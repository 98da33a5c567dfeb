"""What the tests ask of an open page."""


def clean(page):
    """No error, no warning, no request but for the page itself."""
    assert [p for p in page.problems if "willReadFrequently" not in p] == []  # `ink` reads the canvas
    assert len(page.asked) == 1, page.asked


def text(page, selector):
    return page.locator(selector).first.inner_text()


def point(page, label):
    """Where an actor stands in the window, as long as the whole network is shown."""
    return page.evaluate(
        """(label) => {
        const node = JSON.parse(document.getElementById("data").textContent).nodes.find((n) => n.label === label);
        const box = document.getElementById("network").getBoundingClientRect();
        const { scale, left, top } = document.getElementById("network").dataset;
        return [box.x + node.x * scale + Number(left), box.y + node.y * scale + Number(top)];
        }""",
        label,
    )


def ink(page):
    """Share of the canvas that is not empty."""
    return page.evaluate(
        """() => { const c = document.querySelector("#network canvas");
        const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
        let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n / (c.width * c.height); }"""
    )


def drawn(page):
    """How many actors and lines are drawn."""
    return tuple(int(page.evaluate(f"document.body.dataset.{key}")) for key in ("nodes", "edges"))


def find(page, name):
    """Go to an actor by the search box."""
    page.fill("#search", name)
    page.press("#search", "Enter")


def fragment(page):
    """The state in the address."""
    return page.evaluate("decodeURIComponent(location.hash.slice(1).replaceAll('+', ' '))")
