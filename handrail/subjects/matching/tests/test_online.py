"""Names online, whatever somebody wrote around them."""

import pytest

from handrail.subjects.matching import Known, Name, keys_of, outline_of, pointed, rungs_of
from handrail.subjects.matching.online import handle_of, marked_in
from handrail.subjects.matching.tests.people import alike


@pytest.mark.parametrize(
    "written",
    [
        "heron77",
        "@heron77",
        "HERON77",
        "Heron_77",
        "Discord: heron77",
        "discord heron77",
        "Discord - heron77",
        "heron77 on Discord",
        "heron77 (Snapchat)",
        "heron77#1234",
        "@heron77@mastodon.social",
        "u/heron77",
        "https://www.instagram.com/heron77/?hl=en",
        "instagram.com/heron77",
        "tiktok.com/@heron77?lang=en",
        "t.me/heron77",
        "https://x.com/heron77",
        "https://steamcommunity.com/id/heron77/",
        "heron77.tumblr.com",
        "ｈｅｒｏｎ７７",
        "my handle on Instagram is heron77 she says",
    ],
)
def test_a_name_online_is_the_same_however_it_is_written(written: str) -> None:
    assert handle_of(written) == "heron77"


@pytest.mark.parametrize(
    "written", ["", "Instagram", "Snapchat and TikTok", "unknown", "N/A", "they will not say what it is"]
)
def test_where_there_is_no_name_there_is_none(written: str) -> None:
    assert handle_of(written) in {"", "and"}


def test_a_name_of_several_words_is_one() -> None:
    assert handle_of("the Wolf of Leeds") == handle_of("TikTok: Wolf of Leeds") == "wolfofleeds"


def test_what_is_written_like_a_name_online_is_told_from_a_sentence() -> None:
    assert marked_in("goes by heron77 online, also @night.jar, aged 12") == ["heron77", "@night.jar"]


def test_other_names_and_names_online_find_each_other() -> None:
    online, alias = outline_of(Known(online=("@NightJar",))), outline_of(Known(aliases=("night jar",)))
    for asked, kept in ((online, alias), (alias, online)):
        assert alike(asked, kept).weight > 0
        hits = frozenset().union(*rungs_of(asked)) & keys_of(kept)
        assert pointed(asked, hits).weight > 0
    assert alike(alias, alias).parts == ()


def test_two_other_names_alone_are_no_name_online() -> None:
    one = outline_of(Known(names=(Name("Ann", "Lee"), Name("", "Jay")), aliases=("Jay",)))
    other = outline_of(Known(names=(Name("Tom", "Orr"), Name("", "Jay")), aliases=("Jay",)))
    hits = frozenset().union(*rungs_of(one)) & keys_of(other)
    assert "online" not in alike(one, other).why + pointed(one, hits).why
