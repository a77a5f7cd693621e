"""What each command does with an open archive, and who does it: this process or the owner's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ingest.archive.remote import Remote, owner_of
from ingest.edge import OK, PARTLY, json_text
from ingest.errors import ArchiveError, ArchiveInUseError

if TYPE_CHECKING:
    from assistant.answer import Assistant
    from ingest.archive.archive import Archive
    from ingest.archive.doctor import Examination
    from ingest.settings import Settings

# What answers and lists take to import is imported where it is used: a process that only hands a
# command to the owner needs none of it.


@dataclass(frozen=True)
class Printed:
    """What a command leaves behind: on standard output, on standard error, and its exit code."""

    out: str
    err: str = ""
    code: int = OK


def ask(assistant: Assistant, question: str, *, as_json: bool = False, **options: Any) -> Printed:
    """The answer. Options and errors are those of `Assistant.ask`."""
    from assistant.printing import answer_text

    answer = assistant.ask(question, **options)
    code = OK if answer.complete else PARTLY
    return _printed(answer.as_json() if as_json else answer_text(answer), code=code)


def search(
    assistant: Assistant, question: str, *, as_json: bool = False, **options: Any
) -> Printed:
    """The passages. Options and errors are those of `Assistant.search`."""
    from assistant.printing import found_text

    found = assistant.search(question, **options)
    return _printed(found.as_json() if as_json else found_text(found))


def list_articles(archive: Archive, *, as_json: bool = False) -> Printed:
    """All articles, newest first."""
    from assistant.printing import listed_json, listed_text

    rows = listed_json(archive.catalog.articles(), archive.catalog.chunk_counts())
    return _printed({"articles": rows} if as_json else listed_text(rows))


def show(
    archive: Archive, article_id: str, *, versions: bool = False, as_json: bool = False
) -> Printed:
    """One article, or all of its versions.

    Raises:
        ArchiveError: no article has an id that starts so, or several have.
    """
    from assistant.printing import (
        article_json,
        article_text,
        versions_json,
        versions_of,
        versions_text,
    )

    found = archive.resolve(article_id)
    stored = next(iter(archive.catalog.articles([found])), None) if found else None
    if found is None or stored is None:
        raise ArchiveError(
            f"There is no single article {article_id[:40]!r}. dateline list shows the ids."
        )
    copies = archive.catalog.copies(found)
    told = versions_of(stored, archive.catalog.versions(found) if versions else [])
    if as_json:
        more = {"versions": versions_json(told)} if versions else {}
        return _printed(article_json(stored, copies) | more)
    return _printed(versions_text(told) if versions else article_text(stored, copies))


def remove(archive: Archive, article_ids: Sequence[str], *, as_json: bool = False) -> Printed:
    """Removes articles, and names the ids that are not there."""
    missing = [given for given in article_ids if not archive.catalog.holds(given)]
    removed = archive.remove(dict.fromkeys(article_ids))
    code = PARTLY if missing else OK
    if as_json:
        return _printed({"removed": removed, "missing": missing}, code=code)
    failed = [f"failed: {given}: {_unremoved(archive, given)}\n" for given in missing]
    return _printed(f"{len(removed)} removed.", "".join(failed), code)


def _unremoved(archive: Archive, given: str) -> str:
    whole = archive.resolve(given)
    return f"to remove {whole}, give its id whole" if whole else "there is no such article"


def feedback(
    archive: Archive, *, rating: str | None = None, since: str | None = None, as_json: bool = False
) -> Printed:
    """What people thought of answers.

    Raises:
        SettingError: `since` is no day.
    """
    from assistant.kept.feedback import FeedbackBook
    from assistant.printing import feedback_text

    verdicts = list(FeedbackBook(archive.catalog).all(rating, since))
    if as_json:
        return _printed({"feedback": [verdict.as_json() for verdict in verdicts]})
    return _printed(feedback_text(verdicts))


def doctor(archive: Archive, *, as_json: bool = False, repair: bool = False) -> Printed:
    """The health of the open indexes.

    Raises:
        ArchiveInUseError: a repair is wanted: it needs the archive closed.
    """
    from ingest.archive.doctor import examine_open

    if repair:
        raise ArchiveInUseError(f"The archive {archive.folder} is open: close it to repair it.")
    return _examined(examine_open(archive), as_json)


# By the names that users know them by.
OF_ASSISTANT: Mapping[str, Callable[..., Printed]] = {"ask": ask, "search": search}
OF_ARCHIVE: Mapping[str, Callable[..., Printed]] = {
    "list": list_articles,
    "show": show,
    "remove": remove,
    "feedback": feedback,
    "doctor": doctor,
}
NAMES = frozenset([*OF_ASSISTANT, *OF_ARCHIVE])


def run(settings: Settings, name: str, options: Mapping[str, Any]) -> Printed:
    """Have a command done by the archive's owner where it serves others, else by this process.

    Raises:
        DatelineError: as the command, or the archive cannot be used.
    """
    owner = owner_of(settings.archive)
    return run_here(settings, name, options) if owner is None else run_there(owner, name, options)


def run_there(owner: Remote, name: str, options: Mapping[str, Any]) -> Printed:
    """Have a command done by the owner.

    Raises:
        ArchiveInUseError: a repair is wanted: the owner would have to let go of the archive.
        DatelineError: as the command, or the owner is gone.
    """
    if options.get("repair"):
        raise ArchiveInUseError(
            f"The chat at {owner.serves} has the archive {owner.folder} open. "
            "Stop it first, then repair."
        )
    return Printed(**owner.call(f"command/{name}", options))


def run_here(settings: Settings, name: str, options: Mapping[str, Any]) -> Printed:
    """Open the archive, do a command, close it again. Errors: as `run`."""
    if name == "doctor":  # it looks at closed indexes, from a process of its own
        from ingest.archive.doctor import examine

        return _examined(examine(settings, options["repair"]), options["as_json"])
    from ingest.archive.archive import Archive

    with Archive.open(settings) as archive:
        if name in OF_ARCHIVE:
            return OF_ARCHIVE[name](archive, **options)
        from assistant.answer import Assistant

        return run_open(Assistant(archive), name, options)


def run_open(assistant: Assistant, name: str, options: Mapping[str, Any]) -> Printed:
    """Do a command with an archive that is open. Errors: as the command's."""
    if name in OF_ARCHIVE:
        return OF_ARCHIVE[name](assistant.archive, **options)
    return OF_ASSISTANT[name](assistant, **options)


def _examined(report: Examination, as_json: bool) -> Printed:
    from assistant.printing import health_text

    code = OK if report.health.healthy else PARTLY
    return _printed(report.as_json() if as_json else health_text(report), code=code)


def _printed(out: str | Mapping[str, object], err: str = "", code: int = OK) -> Printed:
    """A line of text, or one JSON object."""
    return Printed(f"{out if isinstance(out, str) else json_text(out)}\n", err, code)
