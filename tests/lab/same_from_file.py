"""Whatever state a live host is in: what `status` says there, it says from its Snapshot."""

from __future__ import annotations

import json
import time

from dockproxy import load_snapshot
from dockproxy.render.json_v1 import status_json
from dockproxy.render.terminal import Style
from dockproxy.render.text_status import status_text
from tests.lab.equipment import Host
from tests.lab.equipment.host import SOURCE
from tests.support.same_answers import document_without_time, text_without_time

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
_STATUS = [["status"], ["status", "--json"]]
_PATIENCE = 30.0


def assert_the_snapshot_says_the_same(host: Host, user: str | None = None) -> None:
    """Ask before and after the Snapshot was taken; a host that changes meanwhile is asked again."""
    words = json.dumps([*_STATUS, ["snapshot"], *_STATUS])
    end = time.monotonic() + _PATIENCE
    while True:
        asked = host.run(["python3", "-c", _ASK, SOURCE, words], user=user)
        text, document, snapshot, later_text, later_document = json.loads(asked.stdout)
        live = document_without_time(json.loads(document))
        same = document_without_time(json.loads(later_document)) == live
        if same and text == later_text:
            break
        assert time.monotonic() < end, f"it goes on changing:\n{text}\n{later_text}"
    recorded = load_snapshot(snapshot)

    assert document_without_time(status_json(recorded)) == live
    told = text_without_time(status_text(recorded, Style(width=0)))
    assert told == text.rstrip("\n") + "\n"
