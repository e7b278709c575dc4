"""On a cluster each process has a login of its own, which reaches the tables of its own services."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import URL

from services.embedded import EmbeddedStack
from services.embedded.postgres import find_programs
from services.migrations.run import SCHEMAS, pending

LOGINS = Path(__file__).parents[2] / "k8s" / "base" / "logins.sql"
# Which schemas each deployment's services keep their tables in; `operations` is everybody's.
OWN: Mapping[str, set[str]] = {
    "documents": {"operations", "documents"},
    "core": {"operations", "audit", "terminology", "catalog", "linkage", "compliance"},
    "gap": {"operations", "gap"},
    "worker": {"operations", "linkage", "gap"},
}


@pytest.fixture(scope="module")
def logins(stack: EmbeddedStack, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Run the statements of the manifests twice, as a repeated job would; return how each login connects."""
    folder = tmp_path_factory.mktemp("logins")
    for name in OWN:
        (folder / name).write_text(f"secret of {name}, with ' and \\ in it\n", encoding="utf-8")
    command = [
        str(find_programs() / "psql"),
        "--no-psqlrc",
        "--quiet",
        "--set",
        "ON_ERROR_STOP=1",
        "--file",
        str(LOGINS),
    ]
    for _ in range(2):
        done = subprocess.run(
            [*command, stack.libpq_url], env={"LOGINS_FOLDER": str(folder), "PATH": "/bin:/usr/bin"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    return {
        name: make_conninfo(
            stack.libpq_url, user=f"tbt_login_{name}", password=(folder / name).read_text(encoding="utf-8").rstrip("\n")
        )
        for name in OWN
    }


def can_become(connection: psycopg.Connection[Any], role: str) -> bool:
    """Tell whether a login may take up *role*."""
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(f"SET LOCAL ROLE {role}")
    except psycopg.errors.InsufficientPrivilege:
        return False
    return True


@pytest.mark.parametrize("name", sorted(OWN))
def test_a_login_reaches_its_own_services_and_no_other(logins: dict[str, str], name: str) -> None:
    """Neither by taking up another's role nor as itself does it get at a neighbour's tables."""
    with psycopg.connect(logins[name], autocommit=True) as connection:
        assert {schema for schema in SCHEMAS if can_become(connection, f"tbt_{schema}")} == OWN[name]
        for schema in set(SCHEMAS) - OWN[name] - {"audit"}:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"TABLE {schema}.change")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE public.mine (id int)")


def test_a_login_can_tell_that_nothing_is_to_be_migrated(logins: dict[str, str]) -> None:
    """A process starts without the right to change the schema."""
    given = conninfo_to_dict(logins["documents"])
    way = {name: str(given[name]) for name in ("host", "port") if name in given}
    url = URL.create(
        "postgresql+psycopg", str(given["user"]), str(given["password"]), query=way, database=str(given["dbname"])
    )
    assert pending(url.render_as_string(hide_password=False)) == []


def test_each_schema_belongs_to_a_login() -> None:
    """A service that is added gets a place."""
    assert set().union(*OWN.values()) == set(SCHEMAS)
