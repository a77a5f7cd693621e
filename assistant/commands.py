"""What can be done with an archive, by this process or by the archive's owner where one serves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ingest.archive.remote import owner_of
from ingest.errors import ArchiveInUseError, NoArticleError

if TYPE_CHECKING:
    from assistant.answer import Assistant
    from assistant.kept.feedback import Rating, Verdicts
    from assistant.printing import Listed, Removed, Shown
    from assistant.results import Result
    from ingest.archive.archive import Archive
    from ingest.archive.browse import Browsed, Choice
    from ingest.archive.doctor import Examination
    from ingest.settings import Settings

# What answers and lists take to import is imported where it is used: a process that only hands a
# command to the owner needs none of it.


class Service:
    """An open archive with its assistant: the command line, the desk, MCP, REST, OpenAI's interface
    and the pages take input, call these, and render the result. Safe to use from several threads.
    """

    def __init__(self, archive: Archive, assistant: Assistant | None = None) -> None:
        """`assistant` answers from the archive; default: one as the archive's settings say."""
        self.archive = archive
        if assistant is not None:
            self.assistant = assistant

    @cached_property
    def assistant(self) -> Assistant:
        """Made for the first question: lists need none."""
        from assistant.answer import Assistant

        return Assistant(self.archive)

    def articles(self) -> Listed:
        """All articles, newest first."""
        from assistant.printing import Listed
        from ingest.archive.browse import Choice

        return Listed(self.browse(Choice(), limit=-1).articles)

    def browse(self, choice: Choice, limit: int = 50, offset: int = 0) -> Browsed:
        """A stretch of the chosen articles. Options and errors are those of `browse`."""
        from ingest.archive.browse import browse

        return browse(self.archive.catalog, choice, limit, offset)

    def show(self, article_id: str, *, versions: bool = False) -> Shown:
        """One article, its id cut short or whole; with all of its versions where they are wanted.

        Raises:
            NoArticleError: no article has an id that starts so, or several have.
        """
        from assistant.printing import Shown

        catalog, found = self.archive.catalog, self.archive.resolve(article_id)
        stored = next(iter(catalog.articles([found])), None) if found else None
        if stored is None:
            raise NoArticleError(
                f"There is no single article {article_id[:40]!r}. dateline list shows the ids."
            )
        present = (stored.version, stored.article)
        told = [*catalog.versions(stored.id), present] if versions else []
        return Shown(stored, catalog.copies(stored.id), told)

    def remove(self, article_ids: Sequence[str]) -> Removed:
        """Removes articles for good; each id is given whole."""
        from assistant.printing import Removed

        missing = []
        for given in article_ids:
            if not self.archive.catalog.holds(given):
                whole = self.archive.resolve(given)
                why = f"to remove {whole}, give its id whole" if whole else _NONE
                missing.append((given, why))
        return Removed(self.archive.remove(dict.fromkeys(article_ids)), missing)

    def feedback(self, rating: Rating | None = None, since: str | None = None) -> Verdicts:
        """What people thought of answers. Options and errors are those of `FeedbackBook.all`."""
        from assistant.kept.feedback import FeedbackBook, Verdicts

        return Verdicts(tuple(FeedbackBook(self.archive.catalog).all(rating, since)))

    def health(self, repair: bool = False) -> Examination:
        """The health of the open indexes.

        Raises:
            ArchiveInUseError: a repair is wanted: it needs the archive closed.
        """
        from ingest.archive.doctor import examine_open

        if repair:
            raise ArchiveInUseError(
                f"The archive {self.archive.folder} is open. Stop the chat that has it first, then "
                "repair."
            )
        return examine_open(self.archive)

    def do(self, name: str, options: Mapping[str, Any]) -> Result:
        """What a command does, by the name that users know it by. Errors: as the command's."""
        return COMMANDS[name](self, **options)


_NONE = "there is no such article"
COMMANDS: Mapping[str, Callable[..., Result]] = {
    "ask": lambda service, **options: service.assistant.ask(**options),
    "search": lambda service, **options: service.assistant.search(**options),
    "list": Service.articles,
    "show": Service.show,
    "remove": Service.remove,
    "feedback": Service.feedback,
    "doctor": Service.health,
}


@dataclass(frozen=True)
class Reply:
    """A `Result` as the owner hands it to another process, with all that it may print of it."""

    json: Mapping[str, object]
    text: str
    failed: Sequence[str]
    complete: bool

    @staticmethod
    def of(result: Result) -> Reply:
        return Reply(result.as_json(), result.as_text(), result.failed, result.complete)

    def as_json(self) -> Mapping[str, object]:
        return self.json

    def as_text(self) -> str:
        return self.text


def run(
    settings: Settings,
    name: str,
    options: Mapping[str, Any],
    opening: AbstractContextManager[object] | None = None,
) -> Result:
    """Have a command done by the archive's owner where it serves others; else open the archive, do
    it and close it again. `opening` is held for so long.

    Raises:
        DatelineError: as the command, or the archive cannot be used.
    """
    owner = owner_of(settings.archive)
    if owner is not None:
        return Reply(**owner.call(f"command/{name}", options))
    with opening or nullcontext():
        if name == "doctor":  # it looks at closed indexes, from a process of its own
            from ingest.archive.doctor import examine

            return examine(settings, **options)
        from ingest.archive.archive import Archive

        with Archive.open(settings) as archive:
            return Service(archive).do(name, options)
