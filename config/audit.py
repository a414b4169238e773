"""`make audit`: whether anything we install is known to be vulnerable.

Exit code 0: nothing is known. 1: something is, and it is listed. 2: nobody could be asked, which is no good news.
"""

import json
import subprocess
import sys
from typing import Any

# pip-audit's sources. The second is asked where the first cannot be reached, or does not know what is asked.
SOURCES = ("pypi", "osv")


def main(lock: str) -> int:
    for source in SOURCES:
        answer = _ask(lock, source)
        packages = _read(answer.stdout)
        if packages and not any("skip_reason" in package for package in packages):
            return _report(packages, source)
        why = answer.stderr.strip().splitlines()[-1:] or ["it knows none of some packages"]
        print(f"The advisories of {source} could not be read: {why[0][:300]}", file=sys.stderr)
    print("No advisory database was reached: it is not known whether anything is vulnerable.", file=sys.stderr)
    return 2


def _ask(lock: str, source: str) -> "subprocess.CompletedProcess[str]":
    options = ["--disable-pip", "--require-hashes", "--format", "json", "--vulnerability-service", source]
    return subprocess.run(["pip-audit", "--requirement", lock, *options], capture_output=True, text=True)


def _read(told: str) -> list[dict[str, Any]]:
    """Each package with its `vulns`, or with the `skip_reason` for which nobody knows; none where nothing was told."""
    try:
        packages: list[dict[str, Any]] = json.loads(told)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return []
    return packages


def _report(packages: list[dict[str, Any]], source: str) -> int:
    found = [(package, flaw) for package in packages for flaw in package["vulns"]]
    for package, flaw in found:
        fixed = ", ".join(flaw.get("fix_versions", [])) or "not yet"
        print(f"{package['name']} {package['version']}: {flaw['id']}, fixed in {fixed}")
    print(f"{len(packages)} packages, {len(found)} known vulnerabilities ({source}).")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
