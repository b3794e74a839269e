import pytest

from handrail.govuk.fields import Field, Item, Kind, Option, Revealed
from handrail.govuk.tests.page import draw_field

COLOURS = (Option("red", "Red", hint="Like a rose"), Option("blue", "Blue"))
INNER = Field("text", "paint.wall.shade", "Shade")
KINDS: dict[Kind, dict[str, object]] = {
    "text": {},
    "long-text": {},
    "number": {},
    "date": {},
    "select": {"options": COLOURS},
    "radios": {"options": COLOURS},
    "checkboxes": {"options": COLOURS},
}


def field(kind: Kind, **given: object) -> Field:
    return Field(**{"kind": kind, "name": "paint", "label": "Which paint?", **KINDS[kind], **given})  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
def test_every_input_has_a_label_and_its_own_name_as_the_first_id(kind: Kind) -> None:
    drawn = draw_field(field(kind))
    labelled = {label["for"] for label in drawn.all("label")}
    assert {e["id"] for e in drawn.inputs()} == labelled
    first = next(drawn.inputs())
    assert first["id"] == first["name"] == ("paint-day" if kind == "date" else "paint")


@pytest.mark.parametrize("kind", ["select", "radios", "checkboxes"])
def test_a_choice_without_options_says_so_in_place_of_an_empty_list(kind: Kind) -> None:
    words = "There is nothing to choose from."
    assert words not in draw_field(field(kind)).html
    drawn = draw_field(field(kind, options=(), errors={"paint": "Select a paint"}))
    assert words in drawn.html
    assert list(drawn.inputs()) == []
    assert [one["id"] for one in drawn.elements if one["id"]] == ["paint"]  # an error's link leads here
    assert "Select a paint" in drawn.html


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_and_a_hint_are_read_out_with_the_input(kind: Kind) -> None:
    name = "paint-day" if kind == "date" else "paint"
    drawn = draw_field(field(kind, hint="Look at the tin", errors={name: "Say <which>"}))
    grouped = kind in {"radios", "checkboxes", "date"}
    described = drawn.described(drawn.all("fieldset")[0] if grouped else next(drawn.inputs()))
    assert "Look at the tin" in described
    assert "Error:" in described
    assert "Say <which>" in described
    assert drawn.elements[0]["class"].endswith("govuk-form-group--error")


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_without_an_error_shows_none(kind: Kind) -> None:
    assert "error" not in draw_field(field(kind, errors={"another": "Wrong"})).html


@pytest.mark.parametrize("kind", KINDS)
def test_an_optional_field_says_so_and_a_required_one_does_not(kind: Kind) -> None:
    for optional in (True, False):
        drawn = draw_field(field(kind, optional=optional))
        name = (drawn.all("legend") or drawn.all("label"))[0].text.strip()
        assert name == ("Which paint? (optional)" if optional else "Which paint?")


@pytest.mark.parametrize("kind", KINDS)
def test_the_label_of_a_lone_question_is_the_heading_of_the_page(kind: Kind) -> None:
    (heading,) = draw_field(field(kind, is_title=True)).all("h1")
    assert heading.text.strip() == "Which paint?"
    assert not draw_field(field(kind)).all("h1")


@pytest.mark.parametrize("kind", ["text", "long-text", "number"])
def test_what_was_typed_comes_back_and_is_never_markup(kind: Kind) -> None:
    drawn = draw_field(field(kind, values={"paint": ["early", '"><script>x</script>']}))
    (given,) = drawn.inputs()
    assert (given.text or given["value"]) == '"><script>x</script>'
    assert not drawn.all("script")


def test_lines_of_a_long_text_come_back_as_they_were_typed_wherever_it_stands() -> None:
    typed = "one\r\n  two\n\nthree"
    inner = Field("long-text", "why", "Why?", values={"why": [typed]})
    drawn = draw_field(field("radios", options=[Option("red", "Red", follows=[inner])]))
    assert drawn.by_id("why").text == "one\n  two\n\nthree"


@pytest.mark.parametrize("kind", ["select", "radios", "checkboxes"])
def test_what_was_chosen_is_chosen_again(kind: Kind) -> None:
    drawn = draw_field(field(kind, values={"paint": ["blue"]}))
    chosen = [e["value"] for e in drawn.elements if {"checked", "selected"} & set(e.attributes)]
    assert chosen == ["blue"]


def test_a_date_keeps_its_three_parts() -> None:
    values = {"paint-day": ["27"], "paint-month": ["Mar"], "paint-year": ["2009"]}
    drawn = draw_field(field("date", values=values))
    assert {e["name"]: [e["value"]] for e in drawn.inputs()} == values


@pytest.mark.parametrize(
    ("typed", "wrong", "marked"),
    [
        ("", "paint-day", ["day", "month", "year"]),
        ("27 2 2009", "paint-day", ["day", "month", "year"]),
        ("27 2", "paint-year", ["year"]),
        ("27 2 9", "paint-year", ["year"]),
        ("", "paint", ["day", "month", "year"]),
    ],
)
def test_the_wrong_part_of_a_date_is_marked_and_all_three_where_all_are_wrong(
    typed: str, wrong: str, marked: list[str]
) -> None:
    values = {
        f"paint-{part}": [text] for part, text in zip(("day", "month", "year"), typed.split(), strict=False)
    }
    drawn = draw_field(field("date", values=values, errors={wrong: "Mend this"}))
    assert [e["name"].removeprefix("paint-") for e in drawn.inputs() if "--error" in e["class"]] == marked


@pytest.mark.parametrize("kind", ["radios", "checkboxes"])
def test_what_follows_from_a_choice_is_drawn_below_it_and_tied_to_it(kind: Kind) -> None:
    follow = Field("text", "shade", "Which shade?")
    drawn = draw_field(field(kind, options=[Option("red", "Red", follows=[follow]), *COLOURS[1:]]))
    assert drawn.by_id("paint")["data-aria-controls"] == "conditional-paint"
    assert "Which shade?" in drawn.by_id("conditional-paint").text
    assert drawn.by_id("shade")["name"] == "shade"


def test_checkboxes_say_that_several_may_be_chosen() -> None:
    assert "Select all that apply" in draw_field(field("checkboxes")).html
    assert "Select all that apply" not in draw_field(field("radios")).html


def test_only_a_plain_yes_and_no_stand_side_by_side() -> None:
    yes_no = [Option("yes", "Yes"), Option("no", "No")]
    assert "govuk-radios--inline" in draw_field(field("radios", options=yes_no)).html
    follows = [Option("yes", "Yes", follows=[INNER]), yes_no[1]]
    for others in (COLOURS, [*yes_no, Option("unknown", "Not known")], follows):
        assert "govuk-radios--inline" not in draw_field(field("radios", options=others)).html


@pytest.mark.parametrize(("most", "counted"), [(0, False), (200, True), (2000, True), (10_000, False)])
def test_characters_are_counted_only_where_few_are_allowed(most: int, counted: bool) -> None:
    drawn = draw_field(field("long-text", max_length=most))
    assert ("govuk-character-count" in drawn.html) is counted


@pytest.mark.parametrize(("width", "expected"), [(0, ""), (4, "--width-4"), (8, "--width-10"), (200, "")])
def test_an_input_is_at_least_as_wide_as_its_answer(width: int, expected: str) -> None:
    (given,) = draw_field(field("text", width=width)).inputs()
    assert given["class"].removeprefix("govuk-input").strip().removeprefix("govuk-input") == expected


@pytest.mark.parametrize(("asked", "keyboard"), [("email", "email"), ("tel", "tel"), ("postcode", "text")])
def test_a_phone_shows_the_fitting_keyboard(asked: str, keyboard: str) -> None:
    (given,) = draw_field(field("text", input=asked, autocomplete="on")).inputs()
    assert (given["type"], given["autocomplete"], given["spellcheck"]) == (keyboard, "on", "false")


def test_the_same_fields_stand_below_each_item_in_a_fieldset_of_its_own() -> None:
    items = [
        Item("Wall", "All four", [INNER]),
        Item("Door", "", [Field("date", "paint.door.done", "Done on")]),
    ]
    drawn = draw_field(Field("each", "paint", "What was painted?", hint="Every part", each=items))
    whole, wall, door, _ = drawn.all("fieldset")
    assert drawn.described(whole) == "Every part"
    assert drawn.described(wall) == "All four"
    assert not door["aria-describedby"]
    assert [e["name"] for e in drawn.inputs()][:2] == ["paint.wall.shade", "paint.door.done-day"]


@pytest.mark.parametrize("kind", ["select", "radios", "checkboxes"])
def test_what_several_options_reveal_is_drawn_once_and_each_of_them_names_its_place(kind: Kind) -> None:
    options = [*COLOURS, Option("green", "Green")]
    shade = Revealed(["red", "blue"], Field("text", "shade", "Which shade?"))
    leaf = Revealed(["green"], Field("text", "leaf", "Which leaf?"))
    drawn = draw_field(field(kind, options=options, revealed=[shade, leaf]))
    assert [(e["value"], e["data-calls"]) for e in drawn.elements if e["data-calls"]] == [
        ("red", "1"),
        ("blue", "1"),
        ("green", "2"),
    ]
    assert {e["data-called"]: "Which shade?" in e.text for e in drawn.elements if e["data-called"]} == {
        "1": True,
        "2": False,
    }


def test_an_item_that_is_asked_one_short_question_is_a_line_with_its_own_name() -> None:
    line = Field("radios", "paint.wall.colour", "Which colour?", options=COLOURS, is_line=True)
    drawn = draw_field(Field("each", "paint", "Which paint?", each=[Item("The wall", "To the left", [line])]))
    assert [legend.text.strip() for legend in drawn.all("legend")] == ["Which paint?", "The wall"]
    assert "To the left" in drawn.described(drawn.all("fieldset")[1])
