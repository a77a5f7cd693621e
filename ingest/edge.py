"""The edge between commands and people: errors become one line, output is text or one JSON."""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click

from ingest.errors import DatelineError
from ingest.text import one_line

OK, PARTLY, FAILED, INTERRUPTED = 0, 1, 2, 130


def run(command: click.Command, name: str, arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command and leave the process with its exit code.

    0 all well; 1 the work was done but something in it failed and is listed; 2 wrong usage or an
    archive that cannot be used, said in one line on stderr.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    logging.basicConfig(format="%(message)s", level=logging.WARNING, stream=sys.stderr)
    try:
        code = command.main(list(sys.argv[1:] if arguments is None else arguments), name,
                            standalone_mode=False)  # fmt: skip
    except click.exceptions.Exit as error:
        code = error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.format_message(), file=sys.stderr)
        code = FAILED
    except click.ClickException as error:
        context = getattr(error, "ctx", None)  # of the command that was meant
        where = context.command_path if context else name
        code = _fail(f"{one_line(error.format_message())} Try: {where} --help")
    except DatelineError as error:
        code = _fail(one_line(str(error)))
    except (KeyboardInterrupt, click.Abort):
        print("Stopped. What was stored stays stored.", file=sys.stderr)
        code = INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = OK
    except Exception as error:
        code = _fail(unexpected(error))
    sys.exit(code if isinstance(code, int) else OK)


archive_option = click.option(
    "--archive",
    type=click.Path(path_type=Path),
    help="The archive's folder. Default: DATELINE_ARCHIVE, else your data folder.",
)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object and nothing else."
)


@contextmanager
def stop_on_signals() -> Iterator[threading.Event]:
    """An event that the first Ctrl-C or SIGTERM sets; a second one ends the process as usual."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def ask(number: int, frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        print("\nStopping after what is at hand … (again to stop at once)", file=sys.stderr)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def print_json(value: object) -> None:
    click.echo(json_text(value))


def json_text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def unexpected(error: Exception) -> str:
    """A fault of our own, as it is told; DATELINE_DEBUG=1 logs where it happened."""
    if os.environ.get("DATELINE_DEBUG"):
        logging.getLogger("dateline").error("unexpected", exc_info=error)
    text = one_line(str(error))[:200]
    return (
        f"An unexpected fault: {type(error).__name__}: {text}. What is stored is safe. "
        "Set DATELINE_DEBUG=1 to see where it happened, and please report it."
    )


def _fail(message: str) -> int:
    print(f"dateline: {message}", file=sys.stderr)
    return FAILED
