"""docs/clients.md tells what runs."""

import json
import re

import pytest

from roster import HERE, ROSTER

ROOT = HERE.parents[1]


def pinned() -> dict[str, str]:
    """The versions that are installed; Chromium comes from Debian."""
    requirements = (HERE / "python/requirements.txt").read_text().split()
    versions = dict(line.split("==") for line in requirements)
    versions |= json.loads((HERE / "node/package.json").read_text())["dependencies"]
    websocat = re.search(r'^const WEBSOCAT: &str = "(.*)";$', (ROOT / "xtask/src/clients.rs").read_text(), re.MULTILINE)
    return versions | {"websocat": websocat[1], "Chromium": "Debian's"}


@pytest.mark.parametrize("entry", ROSTER, ids=lambda entry: entry.name)
def test_every_client_is_listed_with_its_version(entry):
    table = re.findall(r"^\| \[?([\w-]+)\b.*?\| (.*?) \| (.*?) \|", (ROOT / "docs/clients.md").read_text(), re.MULTILINE)
    assert (entry.name, pinned()[entry.name], entry.language) in table
