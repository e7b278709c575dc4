"""`tbt backup` and `tbt restore`: the whole system in one file that can be verified, and back."""

from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.context import AsJson, Given, begin
from services.cli.output import FAILED, answering, print_json

if TYPE_CHECKING:
    from services.backup.restoring import Verified
    from services.backup.taking import Summary

app = typer.Typer(no_args_is_help=True, help="The whole system in one file that can be verified. 备份。")

Place = Annotated[
    str, typer.Argument(help="A file, or s3://bucket/name.tar in the S3 store. 文件，或对象存储中的位置。")
]

# What backs up takes seconds to import, and every other command would wait for it.


@app.command("create")
def create(context: typer.Context, to: Place, as_json: AsJson = False) -> None:
    """Write a backup while the system serves; exit status 1 when it has lost bytes. 创建备份。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        from services import program  # noqa: PLC0415

        summary = program.take_backup(given.settings, to)
        if given.output.as_json:
            told = {"place": to, "fingerprint": summary.fingerprint, "lost": summary.lost}
            print_json({**told, **_counts(summary)})
        given.output.say("{rows} rows and {objects} stored files written to {place}", place=to, **_figures(summary))
        given.output.say("fingerprint {fingerprint}; keep it elsewhere", fingerprint=summary.fingerprint)
        _tell_lost(given, summary.lost)
    if summary.lost:
        raise typer.Exit(FAILED)


@app.command("verify")
def verify(
    context: typer.Context,
    file: Place,
    fingerprint: Annotated[str, typer.Option(help="The one that was told when it was made. 创建时给出的指纹。")] = "",
    as_json: AsJson = False,
) -> None:
    """Read all of a backup; exit status 1 when a byte of it is not what was written. 校验备份。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        from services import program  # noqa: PLC0415

        found = program.verify_backup(given.settings, file)
        other = bool(fingerprint) and fingerprint != found.summary.fingerprint
        _tell(given, found)
        if not given.output.as_json:
            for name in found.damaged:
                given.output.say("damaged: {name}", name=name)
            if other:
                given.output.say("this is another backup: its fingerprint is {found}", found=found.summary.fingerprint)
            elif not found.damaged:
                given.output.say("the backup is whole")
    if found.damaged or other:
        raise typer.Exit(FAILED)


def restore(context: typer.Context, file: Place, as_json: AsJson = False) -> None:
    """Put an empty system into the state of a backup. 从备份恢复到空系统。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        from services import program  # noqa: PLC0415

        found = program.restore_backup(given.settings, file)
        _tell(given, found)
        given.output.say(
            "{rows} rows and {objects} stored files are restored; start the services", **_figures(found.summary)
        )


def _tell(given: Given, found: "Verified") -> None:
    head, summary = found.head, found.summary
    if given.output.as_json:
        answer: dict[str, object] = {"release": head.release, "revision": head.revision, "taken_at": head.taken_at}
        answer |= {"fingerprint": summary.fingerprint, "damaged": found.damaged, "lost": summary.lost}
        print_json({**answer, **_counts(summary)})
        return
    given.output.say(
        "taken at {at} by release {release}, migration {revision}: {rows} rows, {objects} stored files",
        at=head.taken_at,
        release=head.release,
        revision=head.revision,
        **_figures(summary),
    )
    _tell_lost(given, summary.lost)


def _tell_lost(given: Given, lost: list[str]) -> None:
    for name in lost:
        given.output.say("the system had lost or damaged bytes, which are not in the backup: {name}", name=name)


def _figures(summary: "Summary") -> dict[str, str]:
    return {"rows": f"{summary.row_count:,}", "objects": f"{summary.objects:,}"}


def _counts(summary: "Summary") -> dict[str, int]:
    return {"rows": summary.row_count, "objects": summary.objects}
