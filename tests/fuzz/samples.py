"""Good inputs of every reader. ``@PLANTED@`` (mutate.PLANT) is where a secret may stand."""

# ruff: noqa: E501

from __future__ import annotations

import json
from random import Random

from dockproxy.core.model.plan import Change, Edit, Plan, Restart
from dockproxy.core.model.record import dump
from dockproxy.core.model.secret import Secret
from dockproxy.core.model.snapshot import Network, Unknown
from tests.properties import json_texts, unit_texts
from tests.support import random_units, snapshots

_RNG = Random(11)
DAEMON = (
    b'{\n  "debug": true,\n  "proxies": {\n    "http-proxy": "@PLANTED@",\n    "no-proxy": "a,b"\n'
    b'  },\n  "log-opts": {"x": "y"}\n}\n',
    b'{"proxies":{"http-proxy":"a","Http-Proxy":"@PLANTED@"},"Proxies":{"https-proxy":null}}',
    b'{"registry-mirrors": ["@PLANTED@", "https://m.test"], "default-address-pools": [{"base": "x",'
    b' "size": 24}], "mtu": 1.5e3, "features": {"a": [1, 2, [3]]}}',
    *(text for _ in range(20) if (text := json_texts.daemon_json(_RNG)) is not None),
)
CLIENT = (
    b'{\n\t"auths": {"r.test": {"auth": "@PLANTED@"}},\n\t"proxies": {\n\t\t"default": {\n\t\t\t'
    b'"httpProxy": "@PLANTED@",\n\t\t\t"noProxy": "localhost"\n\t\t},\n\t\t"tcp://h:2376": {}\n\t}'
    b"\n}\n",
    b'{"HttpHeaders":{"X":"@PLANTED@"},"proxies":{"default":null,"unix:///var/run/docker.sock":'
    b'{"HTTPPROXY":"@PLANTED@","allProxy":"socks5://x"}},"currentContext":"x"} text behind',
    *(text for _ in range(20) if (text := json_texts.config_json(_RNG)) is not None),
)
INSTANCES = (
    b'{"Name":"big","Driver":"docker-container","Nodes":[{"Name":"big0","Endpoint":"unix:///x.sock",'
    b'"Platforms":[{"architecture":"amd64","os":"linux"}],"DriverOpts":{"env.HTTP_PROXY":"@PLANTED@"'
    b',"env.TOKEN":"@PLANTED@","image":"x"},"Flags":["--debug","--x=@PLANTED@"],"Files":{'
    b'"buildkitd.toml":"@PLANTED@"}},{"Name":"big1","DriverOpts":null}],"Dynamic":false}',
    b'{"nodes": [{"name": "a", "driveropts": {"x": "1"}, "DriverOpts": {"y": "@PLANTED@"}}]}',
)
UNITS = (
    unit_texts.DEBIAN.encode(),
    b"# by hand\n[Service]\nEnvironment=\"HTTP_PROXY=@PLANTED@\" \\\n# why\n  NO_PROXY=a,b 'A=b c'\n"
    b"Environment=\nEnvironment=HTTPS_PROXY=@PLANTED@ %H\nEnvironmentFile=-/etc/default/docker\n"
    b"ExecStart=/usr/bin/dockerd --http-proxy=@PLANTED@ --log-opt env=@PLANTED@ $OPTS\n"
    b"UnsetEnvironment=NO_PROXY A=b\nPassEnvironment=HTTP_PROXY\n",
    b"[Unit]\nAfter=docker@x.service @PLANTED@\nDocumentation=@PLANTED@ \\\n @PLANTED@\n"
    b"[Service]\r\n;Environment=http_proxy=@PLANTED@\r\nEnvironment = 'a=@PLANTED@' \"TOKEN=x\"\r\n",
    *(unit_texts.drop_in(_RNG) for _ in range(10)),
    *(random_units.unit_text(_RNG).encode("utf-8", "surrogateescape") for _ in range(20)),
)
ENVIRONMENT_FILES = (
    b'# HTTP_PROXY="@PLANTED@"\nHTTP_PROXY="@PLANTED@"\nexport https_proxy=@PLANTED@\nTOKEN=@PLANTED@'
    b"\nDOCKER_OPTS=\"--http-proxy=@PLANTED@ -D\"\nNO_PROXY='a,b' \\\n  c\nA=\n",
    *(unit_texts.environment_file(_RNG) for _ in range(10)),
    *(
        random_units.environment_file_text(_RNG).encode("utf-8", "surrogateescape")
        for _ in range(20)
    ),
)
ADDRESSES = (
    b"@PLANTED@", b"http://10.0.0.1:3128", b"ann:pass@proxy.corp.test:3128", b"[2001:db8::1%25eth0]",
    b"socks5h://[::1]:1080/x?y#z", b"tcp://h:2376", b"unix:///run/docker.sock", b"HTTPS://%41b:1",
    "http://prøxy.tëst:8080".encode(), b"http://user%40x:p%23w@host:1",
)  # fmt: skip
LISTS = (
    b"localhost,127.0.0.1,::1,10.0.0.0/8,.corp.test,*.x", b"a;b|c d,<local>,http://x,10.*,1.2.3.4/33",
    b"[::1]:80, 192.168.0.0/255.255.0.0 ,,fe80::%eth0,x:443", "bücher.test,１２.0.0.1".encode(),
)  # fmt: skip
ARGV = (
    b"/usr/bin/dockerd\0-H\0fd://\0--http-proxy=@PLANTED@\0--https-proxy\0@PLANTED@\0--log-opt\0x=y\0",
    b"dockerd\0--containerd=/run/c.sock\0--config-file\0/etc/d.json\0--validate\0$OPTS\0-D\0",
)
ENVIRON = (
    b"HTTP_PROXY=@PLANTED@\0https_proxy=@PLANTED@\0NO_PROXY=a,b\0TOKEN=@PLANTED@\0DOCKER_HOST=@PLANTED@",
    b"DOCKER_OPTS=--http-proxy=@PLANTED@ --debug\0PATH=/bin\0A\0=x\0REQUEST_METHOD=GET\0",
)
SYSTEMCTL = (
    b'Id=docker.service\nLoadState=loaded\nActiveState=active\nMainPID=812\nEnvironment="A=b c" '
    b'HTTP_PROXY=@PLANTED@ "X=\\\\\\"\\303\\251"\nDropInPaths=/etc/a.conf "/etc/b c.conf"\nExecStart='
    b"{ path=/usr/sbin/dockerd ; argv[]=/usr/sbin/dockerd -H fd:// $O ; ignore_errors=no ; "
    b"start_time=[n/a] ; pid=0 }\nEnvironmentFiles=/etc/default/docker (ignore_errors=yes)\n"
    b"ExecMainStartTimestamp=Tue 2026-11-24 18:00:00 UTC\nExecMainStartTimestampMonotonic=123456\n\n"
    b"Id=docker.socket\nTriggeredBy=docker.socket\nNRestarts=3\nJob=12\n",
    b"23 28 0:22 / /sys rw,nosuid shared:7 - sysfs sysfs rw\n31 1 8:1 /x /a\\040b rw - ext4 /dev/x rw\n"
    b"# Ansible managed: do not edit\n",
)
JSON = (b'{"a": [1, -2.5e3, true, null, "x\\u00e9\\n", {}], "b": {"c": [[[]], [{}]]}, "": ""}',)
CONTEXT = (
    b'{"Name":"far","Metadata":{"Description":"@PLANTED@"},"Endpoints":{"docker":{"Host":'
    b'"tcp://ann:@PLANTED@@h:2376","SkipTLSVerify":true}}}',
)


def snapshots_of_hosts() -> tuple[bytes, ...]:
    """A Snapshot of a live host with a source of every kind."""
    host = snapshots.host(
        snapshots.drop_in('Environment="HTTP_PROXY=http://xxxxx:xxxxx@p:1" %H'),
        snapshots.daemon_json('{\n  "proxies": {"http-proxy": "http://p:1"}\n}\n'),
        snapshots.config_json('{"proxies": {"default": {"httpProxy": "http://p:1"}}}'),
        snapshots.environment_file("HTTPS_PROXY=http://p:2\n"),
        containers=(snapshots.container("app", {"HTTP_PROXY": "http://p:1"}),),
        networks=(Network("bridge", "bridge", ("172.17.0.0/16",), ("172.17.0.1",)),),
        environment={"HTTP_PROXY": "http://p:1"},
        unknown=(Unknown("daemon.environment", "permission", "sudo"),),
    )
    return (json.dumps(dump(host)).encode(),)


def _plan() -> Plan:
    change = Change(("proxies", "http-proxy"), Secret("http://ann:x@p:1"))
    edit = Edit("/etc/docker/daemon.json", "daemon-json", "daemon", (change,), 0, None)
    return Plan("set", (edit,), Restart("docker.service", "unix:///x", {"http_proxy": "y"}))


def an_entry() -> bytes:
    """An entry of the journal."""
    state = {
        "path": "/etc/docker/daemon.json", "target": "/etc/docker/daemon.json", "content": "e30K",
        "mode": 420, "uid": 0, "gid": 0, "xattrs": {"user.x": "eA=="}, "in_place": "", "missing": [],
    }  # fmt: skip
    file = {
        "before": state, "after": "0" * 64, "format": "daemon-json", "component": "daemon",
        "values": [[["proxies", "http-proxy"], "http://ann:x@p:1"]], "temporary": ".x", "owner": None,
        "group": 0, "after_content": "e30=", "interim": ["1" * 64],
    }  # fmt: skip
    entry = {
        "schema": 1, "id": "20260101-000000-0000", "at": 1.5, "intent": "set", "state": "done",
        "plan": dump(_plan(), reveal=True), "files": [file, {**file, "after_content": None}],
        "undoes": "", "restarted": True, "daemon_ran": True, "containers": ["a"], "pid": 1,
        "scope": "root",
    }  # fmt: skip
    return json.dumps(entry).encode()


REPLIES = (
    b'{"event": "written", "path": "/etc/x"}\n{"question": {"code": "x"}}\n{"answer": {"a": [1]}}\n',
    b'{"error": {"kind": "refused", "message": {"text": "no {x}", "params": {"x": "y"}}, "where": "f",'
    b' "hint": {"text": "h"}}}\n',
)
HTTP = (
    b"HTTP/1.1 200 OK\r\nApi-Version: 1.45\r\nContent-Length: 2\r\n\r\nOKHTTP/1.1 200 OK\r\n"
    b'Content-Type: application/json\r\nContent-Length: 15\r\n\r\n{"Name": "lab"}',
    b"HTTP/1.1 200 OK\r\nApi-Version: 1.99\r\nContent-Length: 2\r\n\r\nOKHTTP/1.1 200 OK\r\nTransfer-"
    b'Encoding: chunked\r\n\r\n19;x=y\r\n{"ApiVersion": "1.45"    }\r\n0\r\n\r\nHTTP/1.1 500 No\r\n'
    b'Content-Length: 16\r\n\r\n{"message": "x"}',
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 204 Gone\r\nConnection: close\r\n\r\n",
)
FACTS = (
    b'{"version": {"Version": "26.1.5", "ApiVersion": "1.45", "Components": [{"Name": "runc"}]}, "info":'
    b' {"HttpProxy": "@PLANTED@", "NoProxy": "a", "Swarm": {"LocalNodeState": "active"}, "RegistryConfig'
    b'": {"Mirrors": ["@PLANTED@"], "IndexConfigs": {"x": {"Secure": false}}}, "SecurityOptions": ["n"]},'
    b' "networks": [{"Name": "bridge", "IPAM": {"Config": [{"Subnet": "10.0.0.0/8"}]}}], "images": [{'
    b'"Created": 5, "RepoTags": ["a:1", "<none>:<none>"]}], "containers": [{"Id": "a", "Names": ["/b"],'
    b' "Created": 1, "State": "running"}], "container": {"Name": "/b", "Created": "2026-11-24T18:00:00.5Z'
    b'", "Config": {"Env": ["HTTP_PROXY=@PLANTED@", "X=@PLANTED@"], "Labels": {"a": "b"}}, "HostConfig":'
    b' {"RestartPolicy": {"Name": "always"}}}}',
)
CONNECT = (
    b"HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n",
    b'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="a, b", NTLM\r\n'
    b"X-Squid-Error: ERR_CACHE_ACCESS_DENIED 0\r\n\r\n",
    b"HTTP/1.0 503\n\n",
)
SOCKS = (
    b"\x05\x02\x01\x00\x05\x00\x00\x01\x0a\x00\x00\x01\x0c\x38",
    b"\x05\x00\x05\x05\x00\x03\x02ab\0\0",
)


def a_plan() -> bytes:
    """A Plan as a request carries it."""
    return json.dumps(dump(_plan(), reveal=True)).encode()


ROLES = (*CONTEXT, DAEMON[0], CLIENT[0], UNITS[1], ENVIRONMENT_FILES[0])
