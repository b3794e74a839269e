from pathlib import Path

import pytest

from handrail.policy.load import PackError, load_pack
from handrail.policy.soundness.whole import problems
from handrail.policy.tests.small_pack import FILES, altered, write

STEPS, FORM, LIMITS, CHECKS = "steps.toml", "forms/decide.toml", "limits.toml", "checks.toml"
SECOND_NAME = 'id = "name"\nkind = "text"\nlabel = "Name"\nmeans = "subject.family_name"'
ENDLESS = 'description = "Round and round."\nkind = "open"\nsource = "law"\n'


def stage(id_: str) -> str:
    return f'[[stages]]\nid = "{id_}"\ntitle = "{id_}"\n{ENDLESS}'


def step(id_: str, rest: str) -> str:
    return f'[[steps]]\nid = "{id_}"\ntitle = "{id_}"\nact = "{id_}"\nsource = "law"\n{rest}\n'


REGISTER = '[[registers]]\nid = "told"\ntitle = "Told"\nstatement = "What was told."\nsource = "law"\n'
BECOMING = f'{REGISTER}becomes = "decide"\nbecame_by = "decide"\ncarries = {{ a = "b" }}\n'
TOLD = 'kind = "register-entry"\nby = ["officer"]\nin_register = "told"'


def yearly(rest: str) -> str:
    return f'[[question_sets]]\nid = "yearly"\ntitle = "Y"\nstatement = "Yearly."\nsource = "law"\n{rest}\n'


def card(rest: str) -> str:
    return f'[[overview]]\nid = "card"\ntitle = "Card"\nempty = "Nothing."\nsource = "law"\n{rest}\n'


def question(rest: str) -> str:
    return f'[[forms.sections]]\nid = "more"\ntitle = "More"\n[[forms.sections.questions]]\n{rest}\n'


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        # Where a case could get stuck
        ("stages.toml", "", stage("island"), "No case can get here"),
        (STEPS, 'to = "done"', 'to = "work"', "stages[work]: A dead end"),
        (STEPS, 'kind = "opening"\nform = "begin"', 'stages = ["work"]', "No step opens a case"),
        (STEPS, 'stages = ["work"]\nsigns', 'stages = ["done"]\nsigns', "at “work” nobody can sign it"),
        (STEPS, 'signs = "decide"\n', "", "no step says “signs” for it; the case would wait for ever"),
        (STEPS, "  confirms = true\n", "", "none of its outcomes confirms it"),
        (STEPS, 'title = "Send back"', 'title = "Send back"\n  confirms = true', "no outcome that sends it"),
        (STEPS, 'clock = "restarts"\n', "", "at “work” no step says clock = \"restarts\""),
        # Who and where
        (STEPS, 'by = ["supervisor"]\n', "", "steps[sign]: Nobody may take this step"),
        (STEPS, 'by = ["supervisor"]', 'by = ["superviser"]', "There are: officer, supervisor."),
        (STEPS, "", step("idle", 'by = ["officer"]'), "steps[idle]: It is open at no stage"),
        (STEPS, "", step("open", 'public = true\nstages = ["work"]'), "“public” goes with kind opening"),
        (STEPS, "", step("open", 'public = true\nkind = "opening"'), "A step that opens a case needs a form"),
        (STEPS, "", step("change-owner", 'by = ["officer"]\nstages = ["work"]'), "Handrail has a step of"),
        # Kinds
        (STEPS, 'kind = "opening"', 'kind = "openning"',
         "steps[begin]: Kind “openning” does not exist. There are: assessment, decision,"),
        (STEPS, 'kind = "opening"', "opens = true", "steps[begin].opens: is not a key that is known here"),
        (STEPS, 'kind = "opening"', 'kind = "staff-concern"\nconfidants = "confidant"',
         "steps[begin]: confidants: list “confidant” is not there. There are: "),
        (STEPS, 'kind = "opening"', 'kind = "staff-concern"\nwithout_name = "ways"',
         "steps[begin]: without_name: list “ways” is not there."),
        (STEPS, 'kind = "opening"', 'kind = "opening"\nconfidants = "why"',
         "“confidants” goes with kind staff-concern, and this is of kind opening."),
        (STEPS, 'kind = "opening"', 'kind = "staff-concern"\npublic = true',
         "“public” goes with kind opening"),
        (STEPS, 'id = "ask"', 'id = "ask"\nkind = "assessment"',
         "steps[ask]: A step of kind assessment needs “informs”."),
        (STEPS, 'id = "ask"', 'id = "ask"\nkind = "document"', "its form asks for the title"),
        (STEPS, 'id = "ask"', 'id = "ask"\nkind = "note-correction"\ncorrects = ["nap"]',
         "Step “nap” does not exist"),
        (STEPS, 'id = "decide"', 'id = "decide"\nkind = "detail-correction"\ncorrects = ["ask"]',
         "A step that corrects an entry decides nothing"),
        # Loose ends
        (STEPS, 'to = "done"', 'to = "doen"', "Stage “doen” does not exist. There are: done, work."),
        (STEPS, 'form = "decide"', 'form = "decode"', "Form “decode” does not exist"),
        (STEPS, 'signs = "decide"', 'signs = "decode"', "Step “decode” does not exist"),
        (STEPS, 'beside = true', 'beside = true\nafter = ["nap"]', "Step “nap” does not exist"),
        (STEPS, 'id = "go-on"', 'id = "end"', "Outcome “end” is there more than once"),
        (STEPS, 'id = "ask"', 'id = "answer"', "steps[answer]: This id is used more than once"),
        (STEPS, 'to = "done"\n  signed_off = true\n  source = "law"', 'to = "done"\n  source = "lore"',
         "Outcome “end”: Source “lore” is not in pack.toml. There are: law, local-choice."),
        ("stages.toml", 'source = "law"', 'source = "lore"', "stages[work]: Source “lore”"),
        (LIMITS, 'note = "Five."\n', "", "A local choice needs a note"),
        ("pack.toml", '[[roles]]\nid = "supervisor"', '[[roles]]\nid = "officer"', "roles[officer]: This id"),
        ("pack.toml", 'subdivision = "ENG"', 'subdivision = "ENGLAND"', "Calendar “GB/ENGLAND” is not known"),
        ("codes.toml", '"blue"', '"red"', "Code “red” is there more than once"),
        # Registers
        (STEPS, "", step("tell", TOLD), "Register “told” does not exist"),
        (STEPS, "", REGISTER, "registers[told]: Nothing begins it"),
        (STEPS, 'kind = "opening"', 'kind = "opening"\nin_register = "told"',
         "goes with kind register-entry"),
        (STEPS, "", REGISTER + step("tell", f'{TOLD}\nafter = ["begin"]'), "stands in another register"),
        (STEPS, "", REGISTER + step("tell", f'{TOLD}\nsigns = "tell"'), "say in “after” what that began"),
        (STEPS, "", BECOMING + step("tell", TOLD), "“becomes” names a step that opens a case"),
        (STEPS, "", BECOMING + step("tell", TOLD), "“became_by” names a step of this register"),
        (STEPS, "", BECOMING + step("tell", TOLD), "“a” or “b” is no question of the two forms"),
        (STEPS, "beside = true", "beside = true\nends = true", "“ends” goes with kind register-entry"),
        # Limits
        (LIMITS, 'step = "decide"', 'step = "decode"', "limits[decide]: Step “decode” does not exist"),
        (LIMITS, 'on_stages = ["work"]', 'on_stages = ["wrk"]', "Stage “wrk” does not exist. There are"),
        (LIMITS, 'on_stages = ["work"]\n', "", "It never begins"),
        (LIMITS, "working_days = 5\n", "", "Say either “working_days” or “months”"),
        (LIMITS, "working_days = 5", "working_days = 5\nmonths = 1", "Say either"),
        # Checks
        (CHECKS, 'question = "colour"', "", "A check of kind “answered” needs “question”"),
        (CHECKS, 'question = "colour"', 'question = "color"', "“question” names “color”. There are: colour"),
        (CHECKS, 'step = "decide"', 'step = "decode"', "“step” names “decode”. There are"),
        (CHECKS, 'kind = "answered"', 'kind = "owner-set"', "“owner-set” does not take “step”"),
        (CHECKS, 'kind = "answered"', 'kind = "answered"\noutcome = "go"',
         "no outcome “go”. There are: end, go-on"),
        # Forms
        (FORM, '["red"]', '["green"]', "“colour” being “green”, which can never be. There are: blue, red."),
        (FORM, '["no"]', '["perhaps"]', "“rooms.why” depends on “seen” being “perhaps”, which can never be"),
        (FORM, '["end"]', '["finish"]', "“after” depends on “outcome” being “finish”, which can never be"),
        (FORM, 'question = "colour", is', 'question = "farewell", is', "which is not asked before it"),
        (FORM, 'question = "seen"', 'question = "colour"', "“rooms.why” depends on “colour”, which is not"),
        (FORM, 'kind = "yes-no"\nlabel = "Seen?"', 'kind = "each"\nlabel = "Seen?"', "cannot hold another"),
        (FORM, 'label = "Seen?"', 'label = "Seen?"\nmeans = "case.owner"', "“rooms.seen”: “means” is for"),
        (FORM, 'label = "Colour"\nmissing = "Select an answer"', 'label = "Colour"',
         "forms[decide]: “colour” must be answered; say in “missing” what to do: “Enter …” or “Select …”."),
        (FORM, 'label = "Seen?"\nmissing = "Select an answer"', 'label = "Seen?"',
         "“rooms.seen” must be answered"),
        (FORM, 'id = "farewell"', 'id = "colour"', "Question “colour” is asked more than once"),
        (FORM, 'id = "after"', 'id = "what"', "Section “what” is there more than once"),
        (FORM, "", question('id = "reason"\nkind = "text"\nlabel = "Why?"'), "“reason” is a reserved id"),
        (FORM, "", question('id = "list"\nkind = "text"\nlabel = "L"\ncodes = "colours"'),
         "has a code list, but"),
        (FORM, "", question('id = "who"\nkind = "person"\nlabel = "Who"\nroles = ["boss"]'), "role “boss”"),
        (FORM, "", question('id = "all"\nkind = "each"\nlabel = "All"\ncodes = "colours"'), "goes with kind"),
        ("forms/begin.toml", "", question(SECOND_NAME),
         "More than one question means “subject.family_name”"),
        # The summary of a case
        (STEPS, "", card('takes = [{ steps = ["decode"] }]'), "overview[card]: Step “decode” is not there."),
        (STEPS, "", card('due = ["decode"]\ntakes = [{ steps = ["decide"], decision = true }]'),
         "Step “decode” is not there."),
        (STEPS, "", card('takes = [{ steps = ["decide"], questions = ["color"], decision = true }]'),
         "None of the steps decide asks “color”."),
        (STEPS, "", card('takes = [{ steps = ["ask"], decision = true }]'),
         "Step “ask” says nothing that this takes, so it never fills the card."),
        # Questions that are answered once a year
        (STEPS, "", yearly('by = ["boss"]\nform = "begin"'), "[yearly]: Role “boss” does not exist"),
        (STEPS, "", yearly('by = ["officer"]\nform = "none"'), "Form “none” does not exist"),
    ],
)  # fmt: skip
def test_an_unsound_pack_is_refused_with_the_reason(
    tmp_path: Path, file: str, old: str, new: str, message: str
) -> None:
    with pytest.raises(PackError) as error:
        load_pack(write(tmp_path, file, old, new))
    assert message in str(error.value)
    assert str(error.value).startswith(("pack.toml" if file == "pack.toml" else file, "stages.toml", STEPS))


def test_a_pack_without_stages_is_refused(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "stages.toml").unlink()
    with pytest.raises(PackError, match="no stages or no steps"):
        load_pack(tmp_path)


def test_stages_that_only_lead_round_are_dead_ends(tmp_path: Path) -> None:
    round_ = step("there", 'by = ["officer"]\nstages = ["work"]\nto = "east"')
    round_ += step("east-west", 'by = ["officer"]\nstages = ["east"]\nto = "west"')
    round_ += step("west-east", 'by = ["officer"]\nstages = ["west"]\nto = "east"')
    write(tmp_path, "stages.toml", "", stage("east") + stage("west"))
    (tmp_path / STEPS).write_text(FILES[STEPS] + round_)
    with pytest.raises(PackError) as error:
        load_pack(tmp_path)
    assert [problem.key for problem in error.value.problems] == ["stages[east]", "stages[west]"]


FIRST = load_pack(Path(__file__).parents[3] / "packs" / "england-wales-2018")


@pytest.mark.parametrize("form", [form.id for form in FIRST.forms])
def test_a_pack_that_lacks_a_form_is_refused_in_words(form: str) -> None:
    left = tuple(one for one in FIRST.forms if one.id != form)
    assert any(f"“{form}”" in fault.message for fault in problems(altered(FIRST, forms=left)))
