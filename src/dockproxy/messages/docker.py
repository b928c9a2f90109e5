"""What Docker's own programs and systemd say about settings.

moby daemon/config/config.go; docker/cli cli/config; systemd core/load-fragment.c; Go's net.
"""

from __future__ import annotations

from dockproxy.core.model.message import N_
from dockproxy.messages.kind import Kind
from dockproxy.messages.words import UNSTARTED

_UNIT = r"(?:docker|containerd|buildkit|podman|kubelet|crio)[\w@.-]{0,40}"
_UNKNOWN_KEY = r"unknown (?:key(?: name)?|lvalue)"

KINDS = (
    Kind(
        "daemon-json-syntax",
        (
            r"unable to configure the docker daemon with file .{0,200}(?:invalid character|unexpected end of JSON|invalid JSON|EOF|Unicode)",
            r"daemon\.json: (?:invalid character|unexpected end of JSON|invalid JSON|EOF)",
            r"(?:dockerd|docker daemon).{0,200}invalid character .{0,40}looking for beginning of",
        ),
        N_("daemon.json is not valid JSON"),
        N_(
            "dockerd will not start with the file: a comma too many, a comment, quotes of another"
            " kind, a brace that is missing. “dockproxy doctor” shows the spot, “--fix” mends it."
        ),
        (N_("the file was edited by hand, or copied from the web"),),
        ("DP101",),
        38,
    ),
    Kind(
        "unknown-directive",
        (r"the following directives don't ma",),
        N_("daemon.json holds a key that dockerd does not know"),
        N_(
            "dockerd names the keys, about proxies or not, and will not start with them. Inside"
            " “proxies” it knows http-proxy, https-proxy and no-proxy alone, and the whole of"
            " “proxies” since 23.0."
        ),
        (
            N_("a key is misspelt, or of another program"),
            N_("the client's names (httpProxy), or all-proxy, in daemon.json"),
            N_("an Engine before 23.0"),
        ),
        ("DP106", "DP102", "DP114"),
        37,
    ),
    Kind(
        "flag-and-file",
        (r"specified both as a flag and",),
        N_("a setting is both a flag of dockerd and in daemon.json"),
        N_(
            "dockerd names the settings, about proxies or not, and refuses to start even if the two"
            " agree: keep one of them."
        ),
        (N_("the unit's ExecStart has the flag, often -H"),),
        ("DP104", "DP107"),
        37,
    ),
    Kind(
        "wrong-type",
        (
            r"(?:daemon\.json|docker daemon|config\.json|dockerd).{0,200}cannot unmarshal .{1,40} into Go",
            r"cannot unmarshal .{1,40} into Go struct field (?:Config|ConfigFile|CommonConfig|.{0,20}Prox)",
        ),
        N_("a value in daemon.json or config.json is of the wrong type"),
        N_("A string was expected, or an object, and something else is there."),
        (N_("a list in the place of one string with commas"),),
        ("DP103", "DP301"),
        36,
    ),
    Kind(
        "daemon-json-refused",
        (r"unable to configure the docker daemon with file",),
        N_("dockerd refuses daemon.json"),
        N_("dockerd will not start with what the file says; the words behind its path tell why."),
        (N_("an option in daemon.json has a value that dockerd does not take"),),
        UNSTARTED,
        30,
    ),
    Kind(
        "config-proxies-shape",
        (r"ConfigFile\.proxies|configfile\.ProxyConfig",),
        N_("“proxies” in config.json lacks “default”"),
        N_(
            "The docker command expects {“proxies”: {“default”: {“httpProxy”: …}}} and found the"
            " addresses one level too high. It goes on without any proxies."
        ),
        (N_("“proxies” in config.json lacks “default”"),),
        ("DP301", "DP309", "DP305"),
        38,
    ),
    Kind(
        "config-json",
        (r"error (?:loading|parsing) config file",),
        N_("the docker command cannot read its config.json"),
        N_("It goes on without: containers and builds get no proxies, and you are logged out."),
        (N_("the file is no JSON, or belongs to another user"),),
        ("DP301", "DP311", "DP302", "DP325"),
        35,
    ),
    Kind(
        "percent-in-unit",
        (
            r"failed to resolve (?:unit )?specifiers.{0,400}(?:proxy|docker|containerd)",
            r"(?:proxy|docker|containerd).{0,400}failed to resolve (?:unit )?specifiers",
        ),
        N_("a percent sign in a unit is not doubled"),
        N_("systemd ignores the whole Environment= line: write %%40 for %40."),
        (N_("a password with %XX in a drop-in"),),
        ("DP201",),
        32,
    ),
    Kind(
        "environment-assignment",
        (
            r"(?:proxy|docker|containerd).{0,200}(?:invalid environment assignment|invalid syntax, ignoring: Environment|assignment outside of section|unknown section '?\w{1,40}'?. ignoring|missing '=', ignoring)",
            r"(?:invalid environment assignment, ignoring|invalid syntax, ignoring: Environment).{0,200}(?:proxy|docker)",
            r"invalid syntax, ignoring: [\"'\s]{0,3}(?:\w{1,40}=\S{0,200} [\"'\s]{0,2}){0,3}\w{0,8}_proxy\b",
            r"docker\S{0,100}: invalid syntax, ignoring: ",
        ),
        N_("systemd ignores a line of the unit or drop-in"),
        N_(
            "A blank or a quote cut the line in two, or it stands in no [Service] section. The rest"
            " of the file counts."
        ),
        (
            N_("blanks in NO_PROXY without quotes round the whole assignment"),
            N_("the line [Service] is missing"),
        ),
        ("DP202", "DP210", "DP211", "DP212", "DP217", "DP216"),
        31,
    ),
    Kind(
        "unit-key-unknown",
        (
            rf"(?:proxy|{_UNIT}\.d/).{{0,200}}{_UNKNOWN_KEY} \W?[\w-]{{1,60}}\W{{1,2}}in section",
            rf"{_UNKNOWN_KEY} \W?\w{{0,12}}(?:prox|https?_)\w{{0,12}}\W{{1,2}}in section",
            rf"{_UNIT}.{{0,200}}{_UNKNOWN_KEY} \W?\w{{0,12}}(?:env|viro|ronm|nment)\w{{0,20}}\W{{1,2}}in section",
        ),
        N_("systemd does not know a key of the unit or drop-in"),
        N_(
            "It ignores the line; the rest of the file counts. Keys have their capitals, and a"
            " variable alone is none: below [Service] write"
            ' Environment="HTTPS_PROXY=http://HOST:PORT".'
        ),
        (
            N_("Environment= is misspelt, or begins with a small letter"),
            N_("the line has HTTP_PROXY=… without Environment= before it"),
        ),
        ("DP210", "DP211", "DP216"),
        32,
    ),
    Kind(
        "unknown-flag",
        (
            r"unknown flag: --(?:https?|no)-proxy\b",
            r"flag provided but not defined: --?(?:https?|no)-proxy\b",
            r"(?:unknown|unrecognized) (?:option|argument)s?:? ['\"]?--(?:https?|no)-proxy\b.{0,200}docker",
        ),
        N_("this program has no such flag for proxies"),
        N_(
            "dockerd knows --http-proxy, --https-proxy and --no-proxy since 23.0, and an older one"
            " does not start with them: set the variables of its unit, as “dockproxy set” does. The"
            " docker command has none of these flags; docker run takes --env, docker build"
            " --build-arg."
        ),
        (
            N_("an Engine before 23.0"),
            N_("a flag of dockerd was given to the docker command"),
        ),
        (),
        34,
    ),
    Kind(
        "start-limit",
        (
            r"docker\S{0,40}: start request repeated too",
            r"docker\S{0,40}: failed with result 'start-limit-hit'",
            r"start request repeated too quickly for docker|docker.{0,200}start-limit-hit",
        ),
        N_("systemd gave up starting the daemon"),
        N_(
            "docker.service may be started three times a minute, whether that went well or not. Mend"
            " what keeps it from starting, then: systemctl reset-failed docker && systemctl start"
            " docker"
        ),
        (N_("daemon.json or the unit keeps dockerd from starting"),),
        UNSTARTED,
        17,
    ),
    Kind(
        "job-failed",
        (
            r"job for docker\.service (?:failed|canceled)",
            r"failed to start docker(?:\.service| application container engine)",
            r"docker\.service: (?:main process exited|failed with result 'exit-code')",
        ),
        N_("systemd could not start the daemon"),
        N_(
            "Why, dockerd or systemd has said before: “dockproxy doctor” judges daemon.json and the"
            " unit as they do, and journalctl -u docker -n 50 shows their own words."
        ),
        (N_("daemon.json or the unit keeps dockerd from starting"),),
        UNSTARTED,
        12,
    ),
    Kind(
        "environment-file-missing",
        (
            r"(?:docker|containerd).{0,200}failed to load environment files",
            r"(?:docker|containerd).{0,200}failed to run 'start' task: No such file",
        ),
        N_("a file that the unit names does not exist"),
        N_("EnvironmentFile= must lead to a file, or have a dash before it: EnvironmentFile=-PATH"),
        (N_("the file was never made, or has another name"),),
        ("DP208", "DP216"),
        31,
    ),
    Kind(
        "unit-refused",
        (
            r"unit docker\.service (?:has a bad unit file setting|is masked)",
            r"docker\.service: service has (?:no|more than one) execstart=",
            r"docker\.service:\d+: neither a valid executable name nor an absolute path",
        ),
        N_("systemd does not start the daemon: its unit is not in order"),
        N_(
            "A unit needs one ExecStart=, no more and no less, and an empty file or a link to"
            " /dev/null masks it. “dockproxy doctor” shows the line, “systemctl cat docker” the whole"
            " unit."
        ),
        (
            N_("a drop-in has an ExecStart= and no empty one before it"),
            N_(
                "a file docker.service in /etc/systemd/system takes the place of the package's unit"
            ),
        ),
        ("DP223", "DP228", "DP229", "DP231", "DP230", "DP227", "DP208"),
        31,
    ),
    Kind(
        "daemon-down",
        (r"cannot connect to the docker daemon at", r"is the docker daemon running"),
        N_("no daemon answers"),
        N_(
            "dockerd does not run, or runs elsewhere than the docker command looks. If proxies were"
            " changed just before, it may not have started with them."
        ),
        (
            N_("daemon.json or the unit keeps dockerd from starting"),
            N_("DOCKER_HOST or the context leads to another daemon"),
        ),
        UNSTARTED,
        13,
        only_here=True,
    ),
    Kind(
        "cgi",
        (r"refusing to use HTTP_PROXY value in CGI environment",),
        N_("REQUEST_METHOD is set, so Go refuses HTTP_PROXY"),
        N_("Take REQUEST_METHOD out of the environment of the daemon, or of the program."),
        (N_("a unit, an image or a CI job sets REQUEST_METHOD"),),
        ("DP215",),
        34,
    ),
    Kind(
        "plain-registry",
        (
            r"^(?!.*error during connect)(?=.*(?:error response|pull|push|registry|/v2/|failed to do request|image)).*server gave HTTP response to HTTPS client",
            r"^http: server gave HTTP response to HTTPS client",
        ),
        N_("a registry, or a proxy in its place, answered without TLS"),
        N_(
            "dockerd asked by https and got plain HTTP. If the registry really has no TLS, list it"
            " in insecure-registries; if it has, a proxy answers in its place: see “dockproxy"
            " route”."
        ),
        (
            N_("a registry without TLS that is not in insecure-registries"),
            N_("a proxy answers for it"),
        ),
        (),
        24,
    ),
)
