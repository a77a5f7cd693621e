from __future__ import annotations

import threading

from assistant.web.pages.chat_page import Following


def test_what_began_before_is_left_when_something_else_begins() -> None:
    following = Following()
    with following.followed() as first, following.followed() as second:
        assert following.answer is second is not first


def test_what_is_left_has_shown_its_last_state_first() -> None:
    following = Following()
    order: list[str] = []
    begun = threading.Event()

    def answer() -> None:
        with following.followed() as answer:
            begun.set()
            while following.answer is answer:
                pass
            order.append("last state")

    thread = threading.Thread(target=answer)
    thread.start()
    begun.wait(10)
    following.leave()
    order.append("left")
    thread.join(10)
    assert order == ["last state", "left"]


def test_nothing_is_waited_for_where_nothing_runs_or_it_has_failed() -> None:
    following = Following()
    following.leave()
    try:
        with following.followed():
            raise KeyError
    except KeyError:
        following.leave()
    assert not following.answer
