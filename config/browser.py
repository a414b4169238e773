"""The Chromium that the browser tests drive. `python -m config.browser` makes sure that there is one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MACOS_APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def find_chromium() -> str | None:
    """The program's path, or None. The environment variable CHROMIUM names one that is elsewhere."""
    if named := os.environ.get("CHROMIUM"):
        return shutil.which(named)
    for name in NAMES:
        if found := shutil.which(name):
            return found
    return next((path for path in MACOS_APPLICATIONS if Path(path).exists()), None)


def main() -> None:
    if find_chromium():
        return
    if named := os.environ.get("CHROMIUM"):
        sys.exit(f"CHROMIUM={named} is not a program.")
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium for the browser tests …", flush=True)
        _install()
    if not find_chromium():
        sys.exit(
            "The browser tests need Chromium or Google Chrome: install one, or name it in CHROMIUM "
            "(Debian and Ubuntu: sudo apt-get install chromium)."
        )


def _install() -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        result = subprocess.run(["apt-get", "-qq", *command], env=environment, capture_output=True, text=True)
        if result.returncode != 0:
            last_line = (result.stderr.strip().splitlines() or ["no reason given"])[-1]
            sys.exit(f"apt-get {command[0]} failed ({last_line}): install Chromium by hand, or set CHROMIUM.")


if __name__ == "__main__":
    main()
