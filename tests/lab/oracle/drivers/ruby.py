"""Ruby of three Debian suites: Net::HTTP and open-uri."""

from __future__ import annotations

import ipaddress
import re
from functools import partial

from tests.lab.oracle.cases import COMMON
from tests.lab.oracle.drivers import Driver, Environment
from tests.lab.oracle.packages import debian

ASK = """\
require 'net/http'
require 'open-uri'
$stdout.sync = true
while (url = $stdin.gets)
  begin
    url.chomp!
    if ARGV[0] == 'open-uri'
      URI.parse(url).open(read_timeout: 4, open_timeout: 4).read
    else
      Net::HTTP.get_response(URI(url))
    end
  rescue Exception => error
    $stderr.puts "#{error.class}: #{error.message}"
  end
  puts 'done'
end
"""
SUITES = {"2.7": "bullseye", "3.1": "bookworm", "3.3": "trixie"}
ENTRY = re.compile(r"[^:,\s]+")
ADDRESSES = ipaddress.ip_network("198.18.0.0/15")


def left_out(env: Environment, url: str) -> str:
    """Names are looked up, and an entry may hold what the name server here gives to all of them."""
    if re.match(r"\w+://a\.\.", url):
        return "no resolver looks it up"
    if re.match(r"\w+://(?:\[|[0-9.]+[:/])", url):
        return ""
    for value in (env.get("no_proxy", ""), env.get("NO_PROXY", "")):
        for entry in ENTRY.findall(value):
            try:
                network = ipaddress.ip_network(entry, strict=False)
            except ValueError:
                continue
            if network.version == 4 and network.prefixlen and network.overlaps(ADDRESSES):
                return f"{entry} holds what names have here"
    return ""


DRIVERS = [
    Driver(
        program,
        version,
        (f"/usr/bin/ruby{version}", "/mnt/ask.rb", program.removeprefix("ruby-")),
        root=partial(debian, suite, f"ruby{version}"),
        lines=True,
        files={"ask.rb": ASK},
        env={"LC_ALL": "C.UTF-8"},
        variables=COMMON._replace(
            others={
                "REQUEST_METHOD": ("GET", ""),
                "CGI_HTTP_PROXY": ("http://cgi.test:3128", ""),
                "Http_Proxy": ("http://mixed.test:3128", ""),
            }
        ),
        left_out=left_out,
        strict_names=True,
    )
    for program in ("ruby", "ruby-open-uri")
    for version, suite in SUITES.items()
]
