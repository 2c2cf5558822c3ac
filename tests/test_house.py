"""The house stands as drawn: imports go down, settings are documented, fixtures load, no outside host is named."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

ROOT = Path(settings.BASE_DIR)
# From the ground up: each floor may import those before it, and itself.
FLOORS = ("cdn_portal.lib", "governance", "projects", "workshops", "cdn_portal")
TEXT = {".py", ".html", ".txt", ".css", ".js", ".svg", ".md", ".toml", ".lock", ".json", ".yml", ".sh", ""}
# Facts about the world carry their sources; tests use reserved names; SVG and PDF name their formats by an address.
FACTS = {"fixtures"}
HOST = re.compile(r"\b(?:https?|wss?|ftp)://([a-z0-9-]+(?:\.[a-z0-9-]+)+)", re.IGNORECASE)
FORMATS = {"www.w3.org", "ns.adobe.com", "purl.org", "www.aiim.org", "iptc.org", "schema.org"}
RESERVED = re.compile(r"(^|\.)(example|test|invalid|localhost)(\.(com|org|net))?$|^\d+(\.\d+){3}$")


def tracked():
    """Return the files of the tree: those that git follows, or would."""
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout.split("\0")  # fmt: skip
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def floor_of(module):
    """Return the floor of a module of the portal, or None for any other."""
    if module.startswith("cdn_portal.lib"):
        return "cdn_portal.lib"
    top = module.split(".")[0]
    return top if top in FLOORS else None


def imports(path):
    """Yield the absolute names that a module imports, wherever it does."""
    package = list(path.relative_to(ROOT).with_suffix("").parts)[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def modules():
    return [path for path in tracked() if path.suffix == ".py" and floor_of(".".join(path.relative_to(ROOT).parts))]


def test_imports_go_down():
    up = []
    for path in modules():
        own = floor_of(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for name in imports(path):
            target = floor_of(name)
            if target and FLOORS.index(target) > FLOORS.index(own):
                up.append(f"{path.relative_to(ROOT)} imports {name}")
    assert up == []


def test_the_ground_knows_no_model():
    ground = [path for path in modules() if "lib" in path.relative_to(ROOT).parts[:2]]
    assert ground
    assert [
        path for path in ground for name in imports(path) if ".models." in f"{name}." and "django" not in name
    ] == []


@pytest.mark.parametrize("name", ["services", "utils", "helpers", "common", "signals"])
def test_rooms_without_a_purpose(name):
    assert [path for path in modules() if name in (path.stem, *path.relative_to(ROOT).parts)] == []


def test_the_top_of_the_lot():
    allowed = {
        "manage.py", "cdn_portal", "governance", "projects", "workshops", "templates", "static", "fixtures", "tests",
        "pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE", "Makefile", "docs", "requirements.lock",
    }  # fmt: skip
    found = {path.relative_to(ROOT).parts[0] for path in tracked()}
    assert {name for name in found if not name.startswith(".")} == allowed


def variables():
    """Return the environment variables that the settings read."""
    tree = ast.parse((ROOT / "cdn_portal" / "settings.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    read = [call.args[0] for call in calls if getattr(call.func.value, "id", "") == "env" and call.args]
    names = {first.value for first in read if isinstance(first, ast.Constant)}
    return names | {f"LEGAL_{name.upper()}" for name in getattr(settings, "LEGAL", {})}


def test_every_variable_is_in_the_readme_and_no_other():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme[readme.index("## Settings") :]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)} == variables()


@pytest.mark.django_db
def test_models_and_migrations_agree():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_fixture_is_used():
    from cdn_portal.management.commands.demo_data import read
    from governance.management.commands.load_reference import FIXTURES

    demonstration = {"demo_people", "demo_sheets", "demo_local_sheets", "demo_additions"}
    assert {path.stem for path in (ROOT / "fixtures").glob("*.json")} == {*FIXTURES, *demonstration}
    assert all(read(name) for name in demonstration)


def test_no_outside_host_is_named():
    named = []
    for path in tracked():
        relative = path.relative_to(ROOT)
        if relative.parts[0] in FACTS or path.suffix not in TEXT:
            continue
        for host in HOST.findall(path.read_text(encoding="utf-8")):
            if host.lower() not in FORMATS and not RESERVED.search(host.lower()):
                named.append(f"{relative}: {host}")
    assert named == []


@pytest.mark.parametrize("lock", ["requirements.lock", ".ci/requirements-test.lock"])
def test_locks_pin_everything_by_hash(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    blocks = [block for block in re.split(r"\n(?=\S)", text) if block and not block.startswith("#")]
    assert len(blocks) > 30
    assert [
        block.split()[0] for block in blocks if not re.match(r"[\w.\[\],-]+==\S+ \\\n\s+--hash=sha256:", block)
    ] == []


def test_locks_agree():
    def pins(lock):
        return set(
            re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==(\S+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE)
        )

    assert pins("requirements.lock") <= pins(".ci/requirements-test.lock")
