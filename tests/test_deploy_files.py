"""The files of docs/deploy/ are whole: they parse, name what exists, and set what is read."""

import configparser
import re
from pathlib import Path
from typing import Any

import crossplane
import pytest
import yaml
from django.conf import settings

from config.planning import MOST_REORDERED
from tests.test_configuration import read_by_settings

DEPLOY = Path(settings.BASE_DIR) / "docs" / "deploy"
UNITS = sorted(DEPLOY.glob("*.service")) + sorted(DEPLOY.glob("*.timer"))
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
# What the compose file asks of who starts it, besides settings of ours.
ASKED = {"DOMAIN", "POSTGRES_PASSWORD", "WAHA_API_KEY"}


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_parses_and_starts_what_exists(path: Path) -> None:
    unit = configparser.ConfigParser(strict=True, interpolation=None, delimiters=("=",), comment_prefixes=("#",))
    unit.optionxform = str  # type: ignore[assignment,method-assign] # names are as they are written
    unit.read_string(path.read_text(encoding="utf-8"))
    assert unit["Unit"]["Description"]
    if path.suffix == ".timer":
        assert unit["Timer"]["OnCalendar"]
        assert (DEPLOY / f"{path.stem}.service") in UNITS
        return
    command = unit["Service"]["ExecStart"]
    module = re.search(r"config\.asgi:application|manage\.py (\w+)", command)
    assert module, command
    if module[1]:
        assert (Path(settings.BASE_DIR) / "config/management/commands" / f"{module[1]}.py").exists()
    if unit["Service"].get("Restart"):
        assert int(unit["Service"]["TimeoutStopSec"]) > settings.STOP_SECONDS


def test_the_compose_file_holds_together() -> None:
    services, volumes = COMPOSE["services"], set(COMPOSE["volumes"])
    assert set(services) == {"postgres", "redis", "waha", "release", "web", "worker", "proxy"}
    for name, service in services.items():
        for other, needs in service.get("depends_on", {}).items():
            assert other in services, f"{name} waits for {other}"
            if needs["condition"] == "service_healthy":
                assert "healthcheck" in services[other]
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            assert source in volumes or (DEPLOY / source).exists(), f"{name} mounts {source}"
        image = service["image"]
        assert "build" in service or re.search(r":\d", image), f"{image} is not pinned"
    assert int(services["web"]["stop_grace_period"].removesuffix("s")) > settings.STOP_SECONDS


@pytest.mark.parametrize("name", ["release", "web", "worker"])
def test_every_variable_of_the_compose_file_is_one_that_is_read(name: str) -> None:
    assert set(COMPOSE["services"][name]["environment"]) <= read_by_settings()


def test_the_example_names_all_that_the_compose_file_asks_for() -> None:
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    asked = set(re.findall(r"\$\{([A-Z_]+)", text))
    example = set(re.findall(r"^([A-Z_]+)=", (DEPLOY / "atendimento.env.example").read_text(), re.MULTILINE))
    assert asked == example
    assert asked <= read_by_settings() | ASKED


def test_the_nginx_file_parses_and_passes_what_the_product_needs() -> None:
    parsed = crossplane.parse(str(DEPLOY / "nginx.conf"), check_ctx=False, single=True)
    assert parsed["status"] == "ok", parsed["errors"]
    server = next(block for block in parsed["config"][0]["parsed"] if block["directive"] == "server")
    location = next(each for each in server["block"] if each["directive"] == "location")
    headers = {each["args"][0] for each in location["block"] if each["directive"] == "proxy_set_header"}
    assert {"Host", "X-Forwarded-Proto", "X-Forwarded-For", "X-Request-Id", "Upgrade", "Connection"} <= headers


def test_the_caddyfile_closes_what_it_opens_and_leads_to_the_web_service() -> None:
    text = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    assert text.count("{") == text.count("}")
    assert "reverse_proxy web:8000" in text


def test_the_image_starts_the_same_as_the_procfile() -> None:
    dockerfile = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    assert '"config.asgi:application"' in dockerfile
    assert "requirements.txt" in dockerfile
    assert 'CMD ["daphne"' in dockerfile


def test_every_file_is_named_in_the_documentation() -> None:
    text = (DEPLOY.parent / "deployment.md").read_text(encoding="utf-8")
    assert {path.name for path in DEPLOY.iterdir() if f"(deploy/{path.name})" not in text} == set()


def test_the_pgbouncer_file_lends_by_transaction_and_says_what_we_would_say() -> None:
    parsed = configparser.ConfigParser(interpolation=None)
    parsed.read(DEPLOY / "pgbouncer.ini")
    assert parsed["pgbouncer"]["pool_mode"] == "transaction"
    assert f"connect_query='SET join_collapse_limit = {MOST_REORDERED}'" in parsed["databases"]["atendimento"]
