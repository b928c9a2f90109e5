"""SIGKILL by strace at every write, fsync, rename and the like of a change, each in turn."""

from __future__ import annotations

import json

import pytest

from tests.lab.equipment import Host

pytestmark = pytest.mark.lab

DRIVER = r"""
import json, os, shutil, subprocess, sys
from dockproxy.core.agent.protocol import handle

CALLS = ("write pwrite64 fsync rename renameat unlink unlinkat mkdir rmdir fchmod chmod fchown"
         " ftruncate").split()
ROOT = "/run/tree"
JSON, UNIT = "/etc/docker/daemon.json", "/etc/systemd/system/docker.service.d/http-proxy.conf"
OLD = b'{\n    "debug": true\n}\n'
SECRET = "http://u:p%40s@h:1"

def edit(path, format, key):
    return {"path": path, "format": format, "component": "daemon",
            "changes": [{"key": key, "value": SECRET}]}

PLAN = {"intent": "set", "root": ROOT, "restart": None,
        "edits": [edit(JSON, "daemon-json", ["proxies", "http-proxy"]),
                  edit(UNIT, "systemd-unit", ["HTTP_PROXY"])]}

class Alone:
    def emit(self, event): pass
    def ask(self, question): return False

def whole(request):
    return {"root": ROOT, "caller": {"environment": {}}, "wait": 0, **request}

def agent(request):
    return handle(whole(request), Alone())

def is_killed(request, call, when):
    strace = ["strace", "-f", "-o", "/dev/null", "-e", "trace=" + call,
              "-e", "inject=%s:signal=KILL:when=%d" % (call, when)]
    return subprocess.run([*strace, sys.executable, "-m", "dockproxy.core.agent"],
                          input=json.dumps(whole(request)).encode() + b"\n",
                          capture_output=True).returncode != 0

def fresh(linked):
    shutil.rmtree(ROOT, ignore_errors=True)
    os.makedirs(ROOT + "/etc/docker")
    with open(ROOT + JSON, "wb") as file:
        file.write(OLD)
    if linked:
        os.link(ROOT + JSON, ROOT + "/etc/docker/other-name")

def read(path):
    try:
        with open(ROOT + path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None

def left():
    return sorted(os.path.join(folder, name) for folder, names, files in os.walk(ROOT + "/etc")
                  for name in names + files)

def main(linked, do):
    fresh(linked)
    names = left()
    agent({"do": "apply", "plan": PLAN})
    new = read(JSON), read(UNIT)
    return sum(killed_at_each(call, linked, do, names, new) for call in CALLS)

def killed_at_each(call, linked, do, names, new):
    points = 0
    while True:
        fresh(linked)
        request = {"do": "apply", "plan": PLAN}
        if do == "undo":
            agent(request)
            request = {"do": "undo", "entry": None}
        points += 1
        if not is_killed(request, call, points):
            return points - 1
        now, at = (read(JSON), read(UNIT)), (do, linked, call, points)
        assert now[0] in (OLD, new[0]) or linked and now[0].rstrip() in (OLD.rstrip(), new[0]), at
        assert now[1] in (None, new[1]), at
        while agent({"do": "undo", "entry": None})["outcome"]["result"] != "refused":
            pass
        assert read(JSON) == OLD and left() == names, at
        assert agent({"do": "history"})["unfinished"] == [], at

print(json.dumps([main(False, "apply"), main(True, "apply"), main(False, "undo")]))
"""


def test_a_change_killed_at_any_system_call_leaves_whole_files_and_can_be_undone(
    host: Host,
) -> None:
    done = host.run(["python3", "-"], input=DRIVER, env={"PYTHONPATH": "/opt/dockproxy/src"})

    points = json.loads(done.stdout)
    print(f"kill points of a set, of a set in place, of an undo: {points}")
    assert min(points) >= 30
