"""PHP of three Debian suites: its curl extension and its own streams; and Composer of three."""

from __future__ import annotations

from functools import partial

from tests.lab.oracle.cases import COMMON
from tests.lab.oracle.drivers import Driver
from tests.lab.oracle.packages import debian

CURL = """\
<?php
while (($url = fgets(STDIN)) !== false) {
    $curl = curl_init(rtrim($url, "\\n"));
    curl_setopt_array($curl, [
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_SSL_VERIFYPEER => false,
        CURLOPT_SSL_VERIFYHOST => 0,
        CURLOPT_PROXY_SSL_VERIFYPEER => false,
        CURLOPT_PROXY_SSL_VERIFYHOST => 0,
        CURLOPT_TIMEOUT => 8,
    ]);
    if (curl_exec($curl) === false) {
        fwrite(STDERR, curl_error($curl) . "\\n");
    }
    curl_close($curl);
    echo "done\\n";
}
"""
STREAMS = """\
<?php
$how = stream_context_create([
    'http' => ['timeout' => 8],
    'ssl' => ['verify_peer' => false, 'verify_peer_name' => false],
]);
while (($url = fgets(STDIN)) !== false) {
    if (@file_get_contents(rtrim($url, "\\n"), false, $how) === false) {
        fwrite(STDERR, (error_get_last()['message'] ?? '') . "\\n");
    }
    echo "done\\n";
}
"""
COMPOSER = """\
<?php
require '/usr/share/php/Composer/autoload.php';
error_reporting(E_ALL & ~E_DEPRECATED);
$config = new Composer\\Config(false);
$config->merge(['config' => ['secure-http' => false, 'cache-dir' => '/tmp/composer']]);
$authorities = glob('/usr/share/ca-certificates/mozilla/*.crt')[0];
$io = new Composer\\IO\\NullIO();
$ssl = ['ssl' => [
    'verify_peer' => false,
    'verify_peer_name' => false,
    'cafile' => $authorities,
]];
while (($url = fgets(STDIN)) !== false) {
    try {
        $downloads = new Composer\\Util\\HttpDownloader($io, $config, $ssl);
        $downloads->get(rtrim($url, "\\n"), ['retry-auth-failure' => false]);
    } catch (Throwable $error) {
        fwrite(STDERR, get_class($error) . ': ' . $error->getMessage() . "\\n");
    }
    echo "done\\n";
}
"""
SUITES = {"7.4": "bullseye", "8.2": "bookworm", "8.4": "trixie"}
COMPOSERS = {"2.5": ("bookworm", "8.2"), "2.8": ("trixie", "8.4"), "2.10": ("forky", "8.4")}
NEEDED = ("curl", "phar", "ctype", "iconv", "tokenizer", "mbstring")


def _command(version: str, script: str, extensions: tuple[str, ...]) -> tuple[str, ...]:
    given = (word for name in extensions for word in ("-d", f"extension={name}"))
    return (f"/usr/bin/php{version}", "-n", *given, f"/mnt/{script}")


DRIVERS = [
    *(
        Driver(
            program,
            version,
            _command(version, "ask.php", ("curl",)),
            root=partial(debian, suite, f"php{version}-cli", f"php{version}-curl", "libc-bin"),
            lines=True,
            files={"ask.php": script},
        )
        for program, script in (("php", CURL), ("php-streams", STREAMS))
        for version, suite in SUITES.items()
    ),
    *(
        Driver(
            "composer",
            version,
            _command(php, "ask.php", NEEDED),
            root=partial(
                debian,
                suite,
                "composer",
                f"php{php}-cli",
                f"php{php}-curl",
                f"php{php}-mbstring",
                "ca-certificates",
                "libc-bin",
            ),
            lines=True,
            files={"ask.php": COMPOSER},
            env={"COMPOSER_HOME": "/tmp"},
            variables=COMMON._replace(
                proxies=(*COMMON.proxies, "CGI_HTTP_PROXY", "cgi_http_proxy")
            ),
        )
        for version, (suite, php) in COMPOSERS.items()
    ),
]
