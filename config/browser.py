"""The Chromium that the browser tests drive. `python -m config.browser` makes sure that there is one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

# Without windows, which nobody sees, each page costs a third less.
SHELL = "chromium-headless-shell"
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
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
    if named := os.environ.get("CHROMIUM"):
        if not find_chromium():
            sys.exit(f"CHROMIUM={named} is not a program.")
        return
    if not shutil.which(SHELL) and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium for the browser tests …", flush=True)
        _install()
    if not find_chromium():
        sys.exit(
            "The browser tests need Chromium or Google Chrome: install one, or name it in CHROMIUM "
            f"(Debian and Ubuntu: sudo apt-get install {SHELL})."
        )


def _install() -> None:
    """The shell where the system has it, else the whole of Chromium; nothing when one of them is there already."""
    _apt("update")
    reason = _apt("install", "-y", "--no-install-recommends", SHELL)
    if reason and not find_chromium():
        reason = _apt("install", "-y", "--no-install-recommends", "chromium")
    if not find_chromium():
        sys.exit(f"apt-get install failed ({reason}): install Chromium by hand, or set CHROMIUM.")


def _apt(*command: str) -> str:
    """Why it failed; "" when it did not."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    result = subprocess.run(["apt-get", "-qq", *command], env=environment, capture_output=True, text=True)
    return "" if result.returncode == 0 else (result.stderr.strip().splitlines() or ["no reason given"])[-1]


if __name__ == "__main__":
    main()
