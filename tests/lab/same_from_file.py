"""Whatever state a live host is in: what `status` and `route` say, they say from its Snapshot."""

from __future__ import annotations

import json
import tempfile
import time

from dockproxy import load_snapshot
from dockproxy.render.json_v1 import status_json
from dockproxy.render.terminal import Style
from dockproxy.render.text_status import status_text
from tests.cli.tree import here
from tests.lab.equipment import Host
from tests.lab.equipment.host import SOURCE
from tests.support.same_answers import ROUTE_OF_DOCKER, document_without_time, text_without_time

_ASK = """
import contextlib, io, json, sys
sys.path.insert(0, sys.argv[1])
from dockproxy.cli.main import main
said = []
for words in json.loads(sys.argv[2]):
    out = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
    with contextlib.redirect_stdout(out):
        main(words)
    said.append(out.buffer.getvalue().decode())
print(json.dumps(said))
"""
_ASKED = [["status"], ["status", "--json"], list(ROUTE_OF_DOCKER)]
_PATIENCE = 30.0


def assert_the_snapshot_says_the_same(host: Host, user: str | None = None) -> None:
    """Ask before and after the Snapshot was taken; a host that changes meanwhile is asked again."""
    words = json.dumps([*_ASKED, ["snapshot"], *_ASKED])
    end = time.monotonic() + _PATIENCE
    while True:
        asked = host.run(["python3", "-c", _ASK, SOURCE, words], user=user)
        text, document, ways, snapshot, *later = json.loads(asked.stdout)
        live = document_without_time(json.loads(document))
        same = document_without_time(json.loads(later[1])) == live
        if same and [text, ways] == [later[0], later[2]]:
            break
        assert time.monotonic() < end, f"it goes on changing:\n{text}\n{later[0]}"
    recorded = load_snapshot(snapshot)

    assert document_without_time(status_json(recorded)) == live
    told = text_without_time(status_text(recorded, Style(width=0)))
    assert told == text.rstrip("\n") + "\n"
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(snapshot)
        file.flush()
        assert here(*ROUTE_OF_DOCKER, "--from", file.name).out == ways
