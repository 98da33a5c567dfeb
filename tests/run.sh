#!/usr/bin/env bash
# All that must hold, in one command: style, types, tests, documentation. Sets up what it needs in .venv
# (KG_VENV names another folder). Arguments go to pytest.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; }
python=""
for candidate in python3 python3.13 python3.12 python3.11; do
    if fits "$candidate"; then python=$candidate && break; fi
done
if [ -z "$python" ]; then
    echo "kg needs Python 3.11, 3.12 or 3.13; none of them is on the PATH" >&2
    exit 2
fi

venv=${KG_VENV:-.venv}
fits "$venv/bin/python" || "$python" -m venv --clear "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --editable ".[test]"

# The network view is looked at in a browser: Chromium of the system, driven by Playwright. Where this script may
# install packages, as in CI, the tests fail without it; elsewhere they are skipped with a word about it.
if ! { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        export KG_BROWSER=required
        { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium; } \
            >/dev/null || echo "Chromium could not be installed: the tests of the network view will fail" >&2
    fi
fi

"$venv/bin/ruff" check .
"$venv/bin/ruff" format --check .
"$venv/bin/mypy" --strict kg
"$venv/bin/python" -m pytest "$@"
