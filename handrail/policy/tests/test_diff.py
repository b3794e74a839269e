"""Changes between two packs: none for equal packs, a sentence for each kind of change."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from handrail.policy.diff import differences, grouped
from handrail.policy.diff_page import diff_page, diff_text
from handrail.policy.schema.codes import Code
from handrail.policy.schema.obligations import Limit
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.policy.soundness.whole import problems
from handrail.policy.tests.small_pack import altered

KEPT = "How long things are kept, and who may see them"


def says(older: Pack, newer: Pack) -> list[str]:
    return [f"{change.about}: {change.says}" for change in differences(older, newer)]


def with_limit(pack: Pack, **changes: Any) -> Pack:
    first, *others = pack.limits
    return altered(pack, limits=(first.model_copy(update=changes), *others))


def with_step(pack: Pack, id_: str, **changes: Any) -> Pack:
    return altered(pack, steps=tuple(s.model_copy(update=changes) if s.id == id_ else s for s in pack.steps))


def with_questions(pack: Pack, change: Any) -> Pack:
    """The pack with the questions of the first section of the form `decide` changed by a function."""
    form = pack.form_by_id["decide"]
    first, *others = form.sections
    section = first.model_copy(update={"questions": tuple(change(list(first.questions)))})
    new = form.model_copy(update={"sections": (section, *others)})
    return altered(pack, forms=tuple(new if f.id == form.id else f for f in pack.forms))


def test_a_pack_is_no_different_from_itself(first_pack: Pack, small_pack: Pack) -> None:
    for pack in (first_pack, small_pack):
        assert differences(pack, altered(pack)) == []
        assert "say the same" in diff_text(pack, pack, [])


def test_a_limit_says_how_long_now_and_before(small_pack: Pack) -> None:
    assert says(small_pack, with_limit(small_pack, working_days=9)) == [
        "Decision: Now within 9 working days instead of 5 working days: longer."
    ]
    assert says(small_pack, with_limit(small_pack, working_days=None, months=2)) == [
        "Decision: Now within 2 months instead of 5 working days."
    ]


def test_a_step_says_who_may_take_it_now(small_pack: Pack) -> None:
    newer = with_step(small_pack, "decide", by=("supervisor",))
    assert says(small_pack, newer) == ["Decision: Who may take it: no longer “Officer”."]
    assert "Who may take it: now also “Officer”." in says(newer, small_pack)[0]


def test_a_sign_off_that_was_dropped_is_told(small_pack: Pack) -> None:
    step = small_pack.step_by_id["decide"]
    end, go_on = step.outcomes
    newer = with_step(small_pack, "decide", outcomes=(end.model_copy(update={"signed_off": False}), go_on))
    assert says(small_pack, newer) == ["Decision: Outcome “End”: signed off by another person: no longer."]


def test_new_and_gone_outcomes_are_counted_and_named(small_pack: Pack) -> None:
    step = small_pack.step_by_id["decide"]
    end, go_on = step.outcomes
    new = go_on.model_copy(update={"id": "wait", "title": "Wait", "to": "done"})
    assert says(small_pack, with_step(small_pack, "decide", outcomes=(end, new))) == [
        "Decision: One outcome is new: “Wait” (leads to “Done”).",
        "Decision: One outcome is gone: “Go on”.",
    ]


def test_new_questions_are_counted_and_named(small_pack: Pack) -> None:
    def two_more(questions: list[Any]) -> list[Any]:
        more = [questions[1].model_copy(update={"id": f"more-{n}", "label": f"More {n}"}) for n in (1, 2)]
        return [*questions, *more]

    newer = with_questions(small_pack, two_more)
    assert says(small_pack, newer) == ["Decide: Two questions are new: “More 1” and “More 2”."]
    assert says(newer, small_pack) == ["Decide: Two questions are gone: “More 1” and “More 2”."]


def test_a_question_that_is_reworded_moved_or_reordered_is_told(small_pack: Pack) -> None:
    def reworded(questions: list[Any]) -> list[Any]:
        return [questions[0].model_copy(update={"label": "Which colour?"}), *questions[1:]]

    assert says(small_pack, with_questions(small_pack, reworded)) == [
        "Decide: “Colour” is now asked as “Which colour?”."
    ]
    swapped = with_questions(small_pack, lambda questions: [questions[0], *questions[:0:-1]])
    assert says(small_pack, swapped) == ["Decide: Its questions are asked in another order."]


def test_new_answers_of_a_list_are_named(small_pack: Pack) -> None:
    colours, why = small_pack.code_lists
    more = colours.model_copy(update={"codes": (*colours.codes, Code(id="green", label="Green"))})
    assert says(small_pack, altered(small_pack, code_lists=(more, why))) == [
        "Colours: One answer is new: “Green”."
    ]


def test_words_and_what_is_kept_how_long_are_told(small_pack: Pack) -> None:
    older = altered(small_pack, words={"vulnerable": "vulnerable to radicalisation", "old": "gone"})
    newer = altered(
        small_pack, words={"vulnerable": "susceptible to radicalisation", "new": "here"}, draft_days=14
    )
    assert says(older, newer) == [
        "Words: “susceptible to radicalisation” instead of “vulnerable to radicalisation”.",
        "Words: “here” is new, for “new”.",
        "Words: “gone”, for “old”, is gone.",
        f"{KEPT}: Days for which an unfinished form is kept: now 14 instead of 7.",
    ]


def test_a_new_part_says_what_it_is_and_a_part_that_is_gone_is_named(small_pack: Pack) -> None:
    newer = altered(small_pack, limits=small_pack.limits[1:])
    assert says(small_pack, newer) == ["Decision: There is no such part any more."]
    assert says(newer, small_pack) == ["Decision: New. Decided within 5 working days."]


def test_notes_and_sources_come_last_and_apart(small_pack: Pack) -> None:
    newer = with_limit(small_pack, note="Nine.", working_days=9, source="law")
    found = differences(small_pack, newer)
    assert [change.group for change in found] == ["Time limits", "Sources and notes", "Sources and notes"]
    assert found[1].says == "Source: now “The law” instead of “Chosen locally”."


def test_the_page_and_the_text_tell_every_change(first_pack: Pack, small_pack: Pack) -> None:
    found = differences(first_pack, small_pack)
    page, text = diff_page(first_pack, small_pack, found), diff_text(first_pack, small_pack, found)
    for _, parts in grouped(found):
        for about, changes in parts:
            assert about.lower() in text.lower()
            assert all(change.says in text for change in changes)
    assert page.count("<article") == sum(len(parts) for _, parts in grouped(found))
    assert "<script" not in page


def test_what_a_pack_says_is_written_as_text_into_the_page(small_pack: Pack) -> None:
    newer = altered(small_pack, title="<b>Small</b>")
    assert "&lt;b&gt;Small" in diff_page(small_pack, newer, differences(small_pack, newer))


def leaves(part: BaseModel, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value of a pack that is no part itself."""
    found: list[tuple[Any, ...]] = []
    for name in type(part).model_fields:
        value = getattr(part, name)
        here = (*path, name)
        if isinstance(value, BaseModel):
            found += leaves(value, here)
        elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
            for index, inner in enumerate(value):
                found += leaves(inner, (*here, index))
        else:
            found.append(here)
    return found


def changed(value: Any) -> Any:
    """Return another value of the value's kind."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str():
            return f"{value}x"
        case tuple():
            return value[1:] if value else ("x",)
        case dict():
            return {**value, "x": "x"}
        case None:
            return "x"
        case _:
            return value


def replaced(content: Any, path: tuple[Any, ...]) -> Any:
    """The content with the value at the end of the path changed."""
    if not path:
        return changed(content)
    head, *rest = path
    if isinstance(content, tuple):
        return tuple(replaced(v, tuple(rest)) if n == head else v for n, v in enumerate(content))
    return {key: replaced(value, tuple(rest)) if key == head else value for key, value in content.items()}


def fields(pack: Pack) -> dict[tuple[Any, ...], list[tuple[Any, ...]]]:
    """Return the paths to the values of each field of a pack, at any depth of lists."""
    found: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
    for path in leaves(pack):
        found.setdefault(tuple("each" if isinstance(one, int) else one for one in path), []).append(path)
    return found


def is_told(pack: Pack, content: dict[str, Any], path: tuple[Any, ...]) -> bool:
    """Whether a change of this one value is told in words, or is one that no pack could have."""
    try:
        newer = Pack.model_validate(replaced(content, path), by_name=True, by_alias=True)
    except ValidationError:
        return True
    if newer == pack:
        return True
    try:
        found = differences(pack, newer)
    except KeyError:
        # The value names a missing part: such a pack is never loaded
        return bool(problems(newer))
    return bool(found) and all(change.says for change in found)


def test_a_change_of_any_field_is_told(first_pack: Pack) -> None:
    """Of each field one value, from the middle."""
    content = first_pack.model_dump(by_alias=False)
    paths = [ways[len(ways) // 2] for ways in fields(first_pack).values()]
    assert len(paths) > 150
    assert [path for path in paths if not is_told(first_pack, content, path)] == []


@pytest.mark.whole
@pytest.mark.parametrize("share", range(8))
def test_every_single_value_that_changes_is_told(first_pack: Pack, share: int) -> None:
    content = first_pack.model_dump(by_alias=False)
    assert [p for p in leaves(first_pack)[share::8] if not is_told(first_pack, content, p)] == []


@pytest.mark.parametrize("name", sorted(set(Step.model_fields) | set(Limit.model_fields)))
def test_every_field_of_steps_and_limits_has_words(name: str, small_pack: Pack) -> None:
    if name == "id":
        return
    part = next((p for p in (*small_pack.steps, *small_pack.limits) if name in type(p).model_fields), None)
    assert part
    other = part.model_copy(update={name: changed(getattr(part, name))})
    lists = "steps" if isinstance(part, Step) else "limits"
    parts = tuple(other if p is part else p for p in getattr(small_pack, lists))
    newer = small_pack.model_copy(update={lists: parts})
    assert differences(small_pack, newer)
