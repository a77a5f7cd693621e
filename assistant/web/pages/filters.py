"""The filters that are set by hand, and what a click on a chip makes of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from assistant.conversations import Given, Turn
from assistant.web.pages.frame import gr


@dataclass(frozen=True)
class Hand:
    """The fields of the filter form. `ignore` has none: chips fill it."""

    form: gr.Accordion
    since: gr.Textbox
    until: gr.Textbox
    as_of: gr.Textbox
    publishers: gr.Dropdown
    ignore: gr.State
    apply: gr.Button

    @staticmethod
    def build() -> Hand:
        """The form, in the Blocks that are open."""
        ignore = gr.State(())
        with gr.Accordion("Filters", open=False, elem_id="dl-hand") as form:
            with gr.Row():
                since = _day("Published since", "dl-since")
                until = _day("Published until", "dl-until")
                as_of = _day("As of (nothing later is used)", "dl-as-of")
            publishers = gr.Dropdown(
                [], label="Publishers", multiselect=True, elem_id="dl-publishers"
            )
            apply = gr.Button("Ask again with these filters", size="sm", elem_id="dl-apply")
        return Hand(form, since, until, as_of, publishers, ignore, apply)

    def fields(self) -> list[Any]:
        """What `given_by` reads, in its order."""
        return [self.since, self.until, self.as_of, self.publishers, self.ignore]

    def outputs(self) -> list[Any]:
        """What `filled` fills, in its order."""
        return [self.form, *self.fields()]


def given_by(since: str, until: str, as_of: str, publishers: list[str], ignore: Any) -> Given:
    """What the fields say."""
    days = [(text or "").strip() or None for text in (since, until, as_of)]
    return Given(days[0], days[1], days[2], tuple(publishers or ()), tuple(ignore or ()))


def filled(given: Given, *, is_open: bool | None = None) -> list[Any]:
    """Updates that put filters into the form."""
    form = gr.skip() if is_open is None else gr.update(open=is_open)
    days = [gr.update(value=day or "") for day in (given.since, given.until, given.as_of)]
    return [form, *days, gr.update(value=list(given.publishers)), given.ignore]


def without(given: Given, name: str, value: str) -> Given:
    """Filters once a chip was removed: one of the hand's, or one that the question named, of which
    `value` is the name."""
    if name == "publishers":
        return replace(given, publishers=tuple(p for p in given.publishers if p != value))
    if name in ("since", "until", "as_of") and value != name:
        none: dict[str, Any] = {name: None}
        return replace(given, **none)
    return replace(given, ignore=tuple(dict.fromkeys((*given.ignore, name))))


def restored(given: Given, name: str) -> Given:
    """Filters once the question may name that one again."""
    return replace(given, ignore=tuple(each for each in given.ignore if each != name))


def by_hand(given: Given, name: str, turn: Turn) -> Given:
    """Filters with what the question named taken over by hand, to be changed there."""
    if name == "as_of" and turn.told and not given.as_of:
        return replace(given, as_of=turn.told.as_of)
    named = next((f for f in turn.told.understood if f.name == name), None) if turn.told else None
    if named is None:
        return given
    given = without(given, name, name)
    if name == "time":
        since, until = (value[:10] or None for value in named.values)
        return replace(given, since=since, until=until)
    return replace(given, publishers=tuple(v for v in named.values if v))


def _day(label: str, key: str) -> gr.Textbox:
    return gr.Textbox(
        label=label, placeholder="2023-07-16", max_lines=1, elem_id=key, elem_classes="dl-day",
        min_width=120,
    )  # fmt: skip
