"""Large texts that cost a careless reader the square of their length."""

from __future__ import annotations

from collections.abc import Callable

Text = Callable[[int], bytes]


def _of(piece: bytes, before: bytes = b"", after: bytes = b"") -> Text:
    """That piece again and again, between these."""
    return lambda size: before + piece * (size // len(piece)) + after


def _each(piece: bytes, before: bytes = b"", after: bytes = b"") -> Text:
    """That piece again and again, its ``%d`` another number each time."""
    return lambda size: (
        before + b"".join(piece % number for number in range(size // (len(piece) + 2))) + after
    )


def _deep(opening: bytes, closing: bytes, most: int) -> Text:
    def text(size: int) -> bytes:
        depth = min(size // (len(opening) + len(closing)), most)
        return opening * depth + b"1e999" + closing * depth

    return text


JSON: dict[str, Text] = {
    "many keys": _each(b'"k%d":1,', b"{", b'"a":1}'),
    "one key of dockerd's": _of(b'"http-proxy":"a",', b'{"proxies":{', b'"http-proxy":"b"}}'),
    "one key of the client's": _of(
        b'"httpProxy":"a",', b'{"proxies":{"default":{', b'"httpProxy":"b"}}}'
    ),
    "many sections": _of(b'"proxies":{"http-proxy":"a"},', b"{", b'"x":{"http-proxy":1}}'),
    "many entries": _of(b'"default":{"httpProxy":"a"},', b'{"proxies":{', b'"x":{}}}'),
    "wrong types": _of(b'"default":{"httpProxy":1},', b'{"proxies":{', b'"x":{}}}'),
    "sections that count for nothing": _each(b'"k%d":{"http-proxy":"x"},', b"{", b'"a":1}'),
    "a list of numbers": _of(b"1,", b'{"a":[', b"1]}"),
    "a list of strings": _of(b'"a",', b'{"httpProxy":[', b'""]}'),
    "a list that does not end": _of(b'"a@b",', b'{"httpProxy":['),
    "numbers that no float holds": _of(b"1e999,", b'{"a":[', b"1]}"),
    "arrays, as deep as Go goes": _deep(b"[", b"]", 9999),
    "objects, as deep as Go goes": _deep(b'{"a":', b"}", 9999),
    "arrays, far deeper": _of(b"["),
    "objects, far deeper": _of(b'{"a":'),
    "a number of digits alone": _of(b"1", b'{"a":', b"}"),
    "a string that does not end": _of(b"a", b'{"httpProxy":"http://'),
    "quotes": _of(b'"', b'{"a":'),
    "backslashes": _of(b"\\", b'{"a":"'),
    "halves of pairs": _of(b"\\ud800", b'{"a":"', b'"}'),
    "bytes that are no UTF-8": _of(b"\xff", b'{"a":"', b'"}'),
    "ats behind a fault": _of(b"@", b"{x"),
    "lines with ats behind a fault": _of(b'"x@\n', b"{"),
    "schemes behind a fault": _of(b"http://", b"{x "),
    "words behind a fault": _of(b"tru ", b'{"a":'),
    "blanks": _of(b" ", b"{", b"}"),
    "blank lines": _of(b"\n", b"{", b"x"),
    "blanks of Unicode": _of("\u00a0".encode(), b"", b"{}"),
    "text behind the object": _of(b"x", b"{}"),
    "UTF-16": lambda size: b"\xff\xfe" + _of(b'"a":1,', b"{", b'"b":1}')(size // 2)
    .decode()
    .encode("utf-16-le"),
}  # fmt: skip

UNITS: dict[str, Text] = {
    "assignments": _of(b"Environment=HTTP_PROXY=1\n", b"[Service]\n"),
    "resets": _of(b"Environment=A=1\nEnvironment=\n", b"[Service]\n"),
    "many names, many resets": lambda size: (
        _each(b"A%d= ", b"[Service]\nEnvironment=", b"\n")(size // 8)
        + _of(b"Environment=\n")(size - size // 8)
    ),
    "empty continuation lines": _of(b"\\\n", b"[Service]\nEnvironment=A=1 "),
    "words on continuation lines": _of(b"HTTP_PROXY=1 \\\n", b"[Service]\nEnvironment="),
    "comments between words": _of(b"HTTP_PROXY=1 \\\n#c\n", b"[Service]\nEnvironment="),
    "words of one name": _of(b"HTTP_PROXY=1 ", b"[Service]\nEnvironment="),
    "words of many names": _each(b"A%d=1 ", b"[Service]\nEnvironment="),
    "words that are none": _of(b"HTTP_PROXY ", b"[Service]\nEnvironment="),
    "a value cut at blanks": _of(b"x ", b"[Service]\nEnvironment=HTTP_PROXY= "),
    "words, every other one kept": _of(b"HTTP_PROXY=1 A=b ", b"[Service]\nEnvironment="),
    "unset": _of(b"A=1 ", b"[Service]\nEnvironment=A=1\nUnsetEnvironment="),
    "files of the environment": _of(b"EnvironmentFile=/a\n", b"[Service]\n"),
    "sections": _of(b"[Service]\n"),
    "comments": _of(b"# x\n"),
    "marks of comments": _of(b"# "),
    "one long value": _of(b"x", b"[Service]\nEnvironment=A="),
    "specifiers": _of(b"%H", b"[Service]\nEnvironment=HTTP_PROXY="),
    "percent signs": _of(b"%%", b"[Service]\nEnvironment=HTTP_PROXY="),
    "escapes": _of(b"\\x41", b"[Service]\nEnvironment=HTTP_PROXY="),
    "quotes": _of(b'"', b"[Service]\nEnvironment="),
    "NULs": _of(b"\0"),
    "carriage returns": _of(b"\r", b"[Service]\r"),
    "equals signs": _of(b"=", b"[Service]\n"),
    "a command's words": _of(b"a@b ", b"[Service]\nExecStart="),
    "a command's lines": _of(b"a@b \\\n", b"[Service]\nExecStart="),
    "colons and ats": _of(b"a:@", b"[Service]\nAfter="),
    "colons": _of(b"a:", b"[Service]\nAfter="),
    "schemes": _of(b"http://", b"[Service]\nAfter="),
    "half schemes": _of(b"h.", b"[Service]\nAfter="),
    "addresses on lines": _of(b"a=b:c@ \\\n", b"[Service]\nAfter="),
}

ENVIRONMENT_FILES: dict[str, Text] = {
    "one name": _of(b"HTTP_PROXY=1\n"),
    "many names": _each(b"A%d=1\n"),
    "one name, CRLF": _of(b"HTTP_PROXY=1\r\n"),
    "one name, quoted lines": _of(b'HTTP_PROXY="1\n"\n'),
    "one name, continued": _of(b"HTTP_PROXY=1\\\n"),
    "exported": _of(b"export HTTP_PROXY=1\n"),
    "lines without an equals sign": _of(b"A\n"),
    "a quote that does not end": _of(b"B=1\n", b'A="'),
    "backslashes": _of(b"\\\n", b"A="),
    "comments": _of(b"#A=1\n"),
    "comments with open quotes": _of(b'#HTTP_PROXY="a\n'),
    "marks of comments": _of(b"#"),
    "blanks": _of(b" ", b"HTTP_PROXY=1"),
    "pairs of quotes": _of(b"'' ", b"A="),
    "values that are no UTF-8": _of(b"A=\xff\n"),
    "a NUL at the end": _of(b"A=1\n", b"", b"\0"),
}

MESSAGES: dict[str, Text] = {
    "no line's end": _of(b"x"),
    "blank lines": _of(b"\n"),
    "what a proxy's failure begins with": _of(b"proxyconnect tcp: dial tcp "),
    "what a request begins with": _of(b'Get "https://'),
    "an address that does not end": _of(b"a.", b'Get "https://'),
    "connections without a host": _of(b"failed to connect to "),
    "hosts without an end": _of(b"a:", b"proxy="),
    "lines, each another": _each(b"proxy %d https:// docker connect timeout registry image\n"),
    "long lines, each another": _each(b"%d" + b" npm pip docker registry" * 30 + b"\n"),
    "backslashes": _of(b"\\"),
    "quotes in quotes": _of(b'\\\\"'),
    "escapes of a terminal": _of(b"\x1b["),
    "users without a host": _of(b"http://a:"),
    "layers": _of(b"1234567890ab: Pulling fs layer\n"),
    "NUL": _of(b"\0"),
}

READERS: dict[str, dict[str, Text]] = {
    "error_text": MESSAGES,
    "go_json": JSON,
    "buildx_instance": JSON,
    "redact_instance": JSON,
    "daemon_json": JSON,
    "client_json": JSON,
    "text_codec": JSON,
    "edit_daemon_json": JSON,
    "edit_client_json": JSON,
    "redact_daemon_json": JSON,
    "redact_client_json": JSON,
    "systemd_unit": UNITS,
    "systemd_words": UNITS,
    "unit_environment": UNITS,
    "edit_unit": UNITS,
    "redact_unit": UNITS,
    "environment_file": ENVIRONMENT_FILES,
    "edit_environment_file": ENVIRONMENT_FILES,
    "redact_environment_file": ENVIRONMENT_FILES,
}
