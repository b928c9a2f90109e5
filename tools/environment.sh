#!/bin/sh
# Makes .venv, or leaves it alone if it is newer than pyproject.toml.
#   tools/environment.sh run    dockproxy itself
#   tools/environment.sh dev    and what the tests and linters need
# A fresh Debian has python3 without ensurepip, so `python3 -m venv` fails there: then the missing
# package is installed (as root), else Debian's pip is unpacked beside it.
set -eu
cd "$(dirname "$0")/.."
wanted=${1:-run}
venv=.venv
stamp=$venv/.made-for-$wanted

fresh() { [ -e "$1" ] && [ ! pyproject.toml -nt "$1" ] && [ -x $venv/bin/python ]; }
if fresh "$stamp" || { [ "$wanted" = run ] && fresh $venv/.made-for-dev; }; then
    exit 0
fi
say() { echo "environment: $*" >&2; }

find_python() {
    for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11 python3.10; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    say "no Python 3.10 or newer found; name one with: make PYTHON=/path/to/python3 …"
    exit 1
}

apt_venv() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
    say "installing Debian's python3-venv"
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -qq -y --no-install-recommends python3-venv >/dev/null 2>&1 || {
        apt-get update -qq >/dev/null &&
            apt-get install -qq -y --no-install-recommends python3-venv >/dev/null
    }
}

# Debian's own pip as a wheel: downloaded and unpacked, which takes no root.
fetch_pip() {
    say "unpacking Debian's pip"
    (cd "$1" && apt-get download -qq python3-pip-whl >/dev/null && dpkg -x python3-pip-whl_*.deb .)
    mv "$1"/usr/share/python-wheels/pip-*.whl "$1"
}

make_venv() {
    rm -rf $venv
    "$python" -m venv $venv >/dev/null 2>&1 && return
    rm -rf $venv
    if apt_venv && "$python" -m venv $venv >/dev/null 2>&1; then return; fi
    rm -rf $venv
    "$python" -m venv --without-pip $venv
    folder=$(mktemp -d)
    fetch_pip "$folder"
    set -- "$folder"/pip-*.whl
    "$venv/bin/python" "$1/pip" --disable-pip-version-check -q install "$1"
    rm -rf "$folder"
}

if ! $venv/bin/python -m pip --version >/dev/null 2>&1; then
    python=$(find_python)
    say "making $venv with $("$python" -V 2>&1)"
    make_venv
fi
pip="$venv/bin/python -m pip --disable-pip-version-check -q"
# Dependency groups need pip 25.1; Debian 12 brings 23.0.
$pip install --upgrade 'pip>=25.1'
if [ "$wanted" = dev ]; then
    say "installing dockproxy and the tools of its tests"
    $pip install --group dev --editable .
else
    say "installing dockproxy"
    $pip install --editable .
fi
touch "$stamp"
