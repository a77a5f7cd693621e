from __future__ import annotations

from assistant.web.pages.following import Following


def test_what_began_before_is_left_when_something_else_begins() -> None:
    following = Following()
    first = following.begin()
    assert not following.is_left(first)
    second = following.begin()
    assert following.is_left(first) and not following.is_left(second)
