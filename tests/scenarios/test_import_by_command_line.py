"""A catalogue from a spreadsheet is imported from the command line: looked at first, corrected by its report, then kept."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from running_program import RunningProgram, tbt

HEADERS = "代号,标准名称,标准状态,实施日期,代替标准,体系编号,备注"
ROWS = (
    "GB/T 999001—2026,示例通则,现行,2026年5月1日,GB/T 999001-2018,1,甲",
    "GB/T 999001—2018,示例通则,被代替,2018-05-01,GB/T 999001-2026,1,",
    "GB/T 999002—2024,示例方法,现行,2024-02-30,GB/T 999002-2024,1,",
    "附录A,示例附录,现行,,,1,",
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProgram]:
    """Run the program."""
    running = RunningProgram(tmp_path_factory.mktemp("data")).wait_until_serving()
    yield running
    running.interrupt()


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """Return a table as a Chinese spreadsheet program saves it, with a cycle, a loop, a bad day and a bad number."""
    path = tmp_path / "目录.csv"
    path.write_text("\r\n".join([HEADERS, *ROWS]), encoding="gb18030")
    return path


def run(served: RunningProgram, file: Path, *arguments: str) -> tuple[int, dict[str, object]]:
    """Return the exit status of an import and its answer."""
    column = ("--column", "代号=designation")
    done = tbt(served, "standards", "import", str(file), *column, *arguments, "--json", token=served.token)
    return done.returncode, json.loads(done.stdout)


def test_a_dirty_table_is_imported_with_everything_that_is_odd_told(
    served: RunningProgram, catalogue: Path, tmp_path: Path
) -> None:
    """First only checked, then kept, then found as it is; the list of problems opens in a spreadsheet program."""
    tree = tmp_path / "tree.csv"
    tree.write_text("code,parent,title_zh\n1,,通用\n", encoding="utf-8")
    made = tbt(served, "tree", "import", str(tree), "--system", "example", "--title-zh", "示例体系", token=served.token)
    assert made.returncode == 0, made.stderr
    listed = tmp_path / "problems.csv"
    status, checked = run(served, catalogue, "--system", "example", "--dry-run", "--problems", str(listed))
    assert status == 1
    assert (checked["standards"]["created"], checked["standards"]["refused"]) == (3, 1)  # type: ignore[index]
    kinds = {one["kind"]: one["count"] for one in checked["anomaly_counts"]}  # type: ignore[attr-defined]
    assert kinds == {"ANOMALY_KIND_SELF_LOOP": 1, "ANOMALY_KIND_CYCLE": 1}
    assert checked["file"]["unknown_columns"] == {"备注": 1}  # type: ignore[index]
    with listed.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert [row[0] for row in rows[1:3]] == ["4", "5"]
    _status, kept = run(served, catalogue, "--system", "example")
    _status, again = run(served, catalogue, "--system", "example")
    assert (kept["standards"]["created"], again["standards"]["unchanged"]) == (3, 3)  # type: ignore[index]


def test_people_read_the_report_in_chinese(served: RunningProgram, catalogue: Path) -> None:
    """What is odd, what is left out, and where."""
    done = tbt(
        served,
        *("--lang", "zh-Hans", "standards", "import", str(catalogue), "--column", "代号=designation"),
        *("--system", "example", "--dry-run"),
        token=served.token,
    )
    assert done.returncode == 1
    assert "代替关系成环" in done.stdout
    assert "未识别的列 备注 未导入" in done.stderr
    assert "2024-02-30" in done.stderr
