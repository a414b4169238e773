"""`python -m tests.benchmarks [--quick] [ROW…]`: measures, prints the table, writes `var/bench.json`."""

import argparse
import importlib
import json
import os
import pkgutil
import sys
import time
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VAR = ROOT / "var" / "bench"
# What plans for more machines are made from, and what fills databases: not part of a quick look.
NOT_QUICK = ("message", "months", "scale", "seed")


def main() -> int:
    names = [module.name for module in pkgutil.iter_modules([str(Path(__file__).parent / "rows")])]
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"which ({', '.join(names)}); all without")
    parser.add_argument("--sustained", type=int, metavar="SECONDS", help="no rows, but the load test, so long")
    parser.add_argument("--quick", action="store_true", help="little data, few runs")
    options = parser.parse_args()
    if unknown := set(options.rows) - set(names):
        parser.error(f"no such row: {', '.join(sorted(unknown))}")
    _set_up()
    if options.sustained:
        from tests.benchmarks import sustained

        return sustained.run(options.sustained)
    usual = [name for name in names if not (options.quick and name in NOT_QUICK)]
    return _measure(options.rows or usual, quick=options.quick)


def _set_up() -> None:
    """Services and tables of our own; nothing of the developer's is touched."""
    os.environ["ATENDIMENTO_VAR"] = str(VAR)
    os.environ["STATIC_COLLECTED"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in this thread
    import django

    from config import embedded_servers

    django.setup()
    os.environ.update(embedded_servers.environment())
    from django.core.management import call_command

    from config import translations
    from config.static import collect_if_changed

    # Words without a compiled catalogue are looked for in all of them.
    translations.compile_()
    collect_if_changed()
    call_command("migrate", verbosity=0, interactive=False)


def _measure(names: list[str], *, quick: bool) -> int:
    from config import embedded_servers
    from tests.benchmarks.figures import Figure, table
    from tests.benchmarks.house import House

    house, figures, broken = House(quick=quick), list[Figure](), list[str]()
    try:
        for name in names:
            began = time.monotonic()
            print(f"{name} …", flush=True)
            try:
                figures += importlib.import_module(f"tests.benchmarks.rows.{name}").measure(house)
            except Exception:
                # The others still tell what they cost.
                traceback.print_exc()
                broken.append(name)
            house.forget_customers()
            print(f"  {time.monotonic() - began:.0f} s", flush=True)
    finally:
        house.stop()
        embedded_servers.stop()
    print(f"\n{table(figures)}")
    for name in broken:
        print(f"{name}: broke off, see above")
    written = ROOT / "var" / "bench.json"
    written.write_text(json.dumps([figure.as_dict() for figure in figures], indent=2, ensure_ascii=False))
    return int(bool(broken) or any(figure.verdict == "falls short" for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
