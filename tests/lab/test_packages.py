"""A file that a package of the real rpm brought; dpkg's are in tests/cli/test_managed_files.py."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.lab.equipment import Host
from tests.lab.equipment.downloads import Archive
from tests.lab.equipment.trees import Trees

pytestmark = [pytest.mark.lab, pytest.mark.soak]

SPEC = """
Name: docker-test
Version: 1
Release: 1
Summary: a test
License: none
BuildArch: noarch
%description
a test
%install
mkdir -p %{buildroot}/etc/default %{buildroot}/etc/docker
echo HTTP_PROXY=http://old:1 > %{buildroot}/etc/default/docker
echo '{}' > %{buildroot}/etc/docker/daemon.json
%files
%config(noreplace) /etc/default/docker
/etc/docker/daemon.json
"""
INSTALL = """
for deb in /tmp/debs/*.deb; do dpkg -x "$deb" /; done
rm -rf /var/lib/dpkg/info /etc/default/docker
mkdir -p /var/lib/rpm
rpmbuild -bb --define '_topdir /tmp/rpm' /tmp/test.spec
rpm --initdb
rpm -i --nodeps /tmp/rpm/RPMS/noarch/*.rpm
systemctl restart docker
"""


def test_rpm_is_asked_whose_file_it_is(host: Host) -> None:
    status = f"{Trees().prepare()['base']}/var/lib/dpkg/status"
    for deb in Archive("bookworm").download_with_needs(("rpm",), status):
        host.write(f"/tmp/debs/{os.path.basename(deb)}", Path(deb).read_bytes())
    host.write("/tmp/test.spec", SPEC)
    host.sh(INSTALL)
    words = ("set", "http://10.88.0.1:3128", "--for", "daemon", "--dry-run", "--no-check", "--via")

    unit = host.dockproxy(*words, "systemd").stdout
    file = host.dockproxy(*words, "daemon-json").stdout

    brought = "the package docker-test brought this file: its next version"
    assert f"/etc/default/docker: {brought} may ask what to keep" in unit
    assert f"/etc/docker/daemon.json: {brought} takes the change away" in file
    assert "set it where no package writes: --via systemd" in file
