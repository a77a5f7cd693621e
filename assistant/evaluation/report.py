"""An evaluation as one HTML file that needs nothing beside it.

The page is a Jinja template because Jinja escapes every value by itself: questions, answers and
articles are hostile, and a forgotten `escape` in code of ours would be a hole.
"""

from __future__ import annotations

from importlib import resources

from assistant.evaluation import plots
from assistant.evaluation.floors import shown
from assistant.evaluation.measures import MEASURES
from assistant.evaluation.printing import expected_text, headline, kind_rows, value_text
from assistant.evaluation.run import Evaluation
from assistant.results import Citation

_WEB = ("http://", "https://")


def report_page(evaluation: Evaluation) -> str:
    """The whole page."""
    from jinja2 import Environment, StrictUndefined

    source = resources.files("assistant.evaluation").joinpath("report.html").read_text("utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals.update(
        shown=shown, value_text=value_text, expected_text=expected_text, safe_link=safe_link,
        MEASURES=MEASURES,
    )  # fmt: skip
    asked = evaluation.outcomes
    return environment.from_string(source).render(
        evaluation=evaluation,
        headline=headline(evaluation),
        kinds=list(kind_rows(evaluation)),
        floors={each.floor.name: each for each in evaluation.judged},
        plots=[plots.bars(evaluation), plots.latencies(asked), plots.trade(asked)] if asked else [],
    )


def safe_link(citation: Citation) -> str | None:
    """The address of the quoted words where it is one of the web: an article may name any."""
    link = citation.link or citation.url
    return link if link and link.lower().startswith(_WEB) else None
