"""Random texts in the neighbourhood of unit files and EnvironmentFiles, good and bad."""

from __future__ import annotations

from random import Random

NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "A", "B_2", "_c")
_VALUE_BITS = (
    "http://proxy.corp:3128", "http://u:p@h:1", "localhost,127.0.0.1", "a", "b", "x y", " ", "  ",
    "%%", "%40", "%H", "%n", "%", "% ", "%-", "\\\"", "\\'", "\\\\", "\\n", "\\t", "\\s", "\\x41",
    "\\xc3\\xa9", "\\xff", "\\101", "\\u00e9", "\\ud800", "\\U0001F600", "\\q", "\\", "'", '"', "#",
    ";", ",", "=", "$HOME", "${X}", "é", "😀", "\t", "`", "\\$", "\ufffe", "\u00a0", "“", "”",
    "\x01", "\x1b[31m", "\x7f", "\v", "\f", "\u2028", "\\x1", "\\0", "\\400", "%%%", "$$",
    "x" * 300,
)  # fmt: skip
_EOLS = ("\n",) * 12 + ("\r\n", "\r", "\n\n", "\n\r")


def value(rng: Random) -> str:
    """A few pieces that systemd's words are sensitive to."""
    return "".join(rng.choice(_VALUE_BITS) for _ in range(rng.randint(0, 4)))


def word(rng: Random) -> str:
    """Something that may be meant as an assignment."""
    name = (
        rng.choice(NAMES) if rng.random() < 0.93 else rng.choice(("2A", "A-B", "", "export", "é"))
    )
    text = value(rng)
    shape = rng.randrange(10)
    if shape < 3:
        return f'"{name}={text}"'
    if shape < 4:
        return f"'{name}={text}'"
    if shape < 6:
        return f'{name}="{text}"'
    if shape < 9:
        return f"{name}={text}"
    return f"{name} = {text}"


def environment_line(rng: Random) -> str:
    """``Environment=`` with some words, perhaps over several lines with a comment between."""
    if rng.random() < 0.07:
        return rng.choice(("Environment=", "Environment = ", "Environment=\\\n"))
    gaps = (" ",) * 8 + (
        "  ",
        "\t",
        " \\\n ",
        " \\\n# a comment\n ",
        " \\\n  ; another \\\n",
        "\\\n",
    )
    words = [word(rng)]
    while rng.random() < 0.4:
        words += [rng.choice(gaps), word(rng)]
    equals = rng.choice(("=",) * 8 + (" = ", "= ", " ="))
    return f"Environment{equals}{''.join(words)}"


def _line(rng: Random) -> str:
    kind = rng.random()
    if kind < 0.6:
        return environment_line(rng)
    if kind < 0.66:
        names = [rng.choice(NAMES) for _ in range(rng.randint(0, 3))]
        return f"{rng.choice(('Pass', 'Unset'))}Environment={' '.join(names)}"
    if kind < 0.72:
        return rng.choice(
            ("# comment", "; comment", "# comment \\", "  # indented", "#", "\ufeff# x")
        )
    if kind < 0.8:
        return rng.choice(("", " ", "\t"))
    if kind < 0.88:
        return rng.choice(
            ("[Service]", "[Unit]", "[Service]", " [Service] ", "[service]", "[X-Own]")
        )
    if kind < 0.97:
        return rng.choice((
            "Description=text \\", "Description=x", "environment=A=lower", "X-Key=1", "NoEquals",
            "=nokey", "ExecReload=/bin/true", "\ufeffEnvironment=A=bom", "Environment=A=1\\\\",
        ))  # fmt: skip
    return rng.choice(("[Service", '[Ser"vice]', "bad\udcffbyte=1", "Description=\ufdd0", "A\0B=1"))


def unit_text(rng: Random) -> str:
    """A drop-in, mostly of a [Service] section."""
    lines = ["[Service]"] if rng.random() < 0.93 else []
    lines += [_line(rng) for _ in range(rng.randint(1, 8))]
    eol = rng.choice(_EOLS[:13])
    mixed = rng.random() < 0.1
    text = "".join(one + (rng.choice(_EOLS) if mixed else eol) for one in lines)
    if rng.random() < 0.1:
        text = text.replace("\n", "\r\n")
    if rng.random() < 0.2:
        text = text.rstrip("\r\n")
    return "\ufeff" + text if rng.random() < 0.07 else text


def environment_file_text(rng: Random) -> str:
    """An EnvironmentFile."""
    lines = []
    for _ in range(rng.randint(1, 7)):
        kind = rng.random()
        name, text = rng.choice(NAMES), value(rng)
        if kind < 0.75:
            shape = rng.randrange(6)
            lines.append((
                f"{name}={text}", f'{name}="{text}"', f"{name}='{text}'", f"{name} = {text}",
                f"export {name}={text}", f'{name}="{text}" {value(rng)} \'{value(rng)}\'',
            )[shape])  # fmt: skip
        elif kind < 0.9:
            lines.append(rng.choice(("# c", "; c", "# c \\", "", "  ", "#\\", f"# {text}")))
        else:
            lines.append(rng.choice((
                "NoEquals", "=x", "2A=b", "A", f"{name}={text}\\", "A\udcff=1", "\ufeffA=1",
                "A=\udcff", "A=b\\\n c", 'A="b\nc" d',
            )))  # fmt: skip
    text = "".join(one + rng.choice(_EOLS) for one in lines)
    return text.rstrip("\r\n") if rng.random() < 0.2 else text
