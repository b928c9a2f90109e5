"""LWP::UserAgent of four Debian suites, with what Debian has for https and SOCKS."""

from __future__ import annotations

from functools import partial

from tests.lab.oracle.cases import COMMON
from tests.lab.oracle.drivers import Driver
from tests.lab.oracle.packages import debian

ASK = """\
use strict;
use warnings;
use LWP::UserAgent;
$| = 1;
while (my $url = <STDIN>) {
    chomp $url;
    my $response = eval {
        my $agent = LWP::UserAgent->new(
            timeout => 4, max_redirect => 0, ssl_opts => { verify_hostname => 0 }
        );
        $agent->env_proxy;
        $agent->get($url);
    };
    print STDERR ($response ? $response->status_line : "died: $@"), "\\n";
    print "done\\n";
}
"""
PACKAGES = ("libwww-perl", "liblwp-protocol-https-perl", "liblwp-protocol-socks-perl")
SUITES = {"6.52": "bullseye", "6.68": "bookworm", "6.78": "trixie", "6.83": "forky"}
DRIVERS = [
    Driver(
        "perl-lwp",
        version,
        ("/usr/bin/perl", "/mnt/ask.pl"),
        root=partial(debian, suite, *PACKAGES),
        lines=True,
        files={"ask.pl": ASK},
        variables=COMMON._replace(
            others={
                "REQUEST_METHOD": ("GET", "", "0"),
                "CGI_HTTP_PROXY": ("http://cgi.test:3128", ""),
                "Http_Proxy": ("http://mixed.test:3128", ""),
                "ftp_proxy": ("http://ftp.test:3128", "ftp.test", ""),
                "rsync_proxy": ("r.test:81",),
            }
        ),
        strict_names=True,
    )
    for version, suite in SUITES.items()
]
