"""A very small sound pack, and functions that change one thing in it."""

from pathlib import Path
from typing import Any

from handrail.policy.schema.pack import Pack

FILES = {
    "pack.toml": """
id = "small"
title = "Small"
summary = "A pack of two stages."
in_force_from = 2024-01-01
draft_days = 7
[access]
opened_hours = 12
reviewed_within_working_days = 5
invited_days = 180
shared_days = 180
sample_days = 30
sample_cases = 50
purposes = "why"
findings = "why"
bases = "why"
source = "law"
[paper]
purposes = "why"
decisions = 5
source = "law"
[notices]
due_soon_working_days = 2
review_soon_working_days = 10
escalate_after_working_days = 3
escalate_again_after_working_days = 10
digest_at = 08:00:00
source = "law"
[calendar]
country = "GB"
subdivision = "ENG"
title = "England and Wales"
[words]
[[sources]]
id = "law"
title = "The law"
[[sources]]
id = "local-choice"
title = "Chosen locally"
[[roles]]
id = "officer"
label = "Officer"
[[roles]]
id = "supervisor"
label = "Supervisor"
""",
    "why.toml": """
[[code_lists]]
id = "why"
title = "Why"
codes = [{ id = "because", label = "Because" }]
source = "law"
""",
    "stages.toml": """
[[stages]]
id = "work"
title = "Work"
description = "Being worked on."
kind = "open"
source = "law"
[[stages]]
id = "done"
title = "Done"
description = "At rest."
kind = "closed"
source = "law"
""",
    "steps.toml": """
[[steps]]
id = "begin"
title = "Beginning"
act = "Begin"
by = ["officer"]
kind = "opening"
form = "begin"
source = "law"
[[steps]]
id = "decide"
title = "Decision"
act = "Decide"
by = ["officer", "supervisor"]
stages = ["work"]
form = "decide"
source = "law"
  [[steps.outcomes]]
  id = "end"
  title = "End"
  to = "done"
  signed_off = true
  source = "law"
  [[steps.outcomes]]
  id = "go-on"
  title = "Go on"
  source = "law"
[[steps]]
id = "sign"
title = "Sign-off"
act = "Sign"
by = ["supervisor"]
stages = ["work"]
signs = "decide"
source = "law"
  [[steps.outcomes]]
  id = "yes"
  title = "Agree"
  confirms = true
  source = "law"
  [[steps.outcomes]]
  id = "no"
  title = "Send back"
  source = "law"
[[steps]]
id = "ask"
title = "Question"
act = "Ask"
by = ["officer"]
stages = ["work"]
beside = true
clock = "stops"
source = "law"
[[steps]]
id = "answer"
title = "Answer"
act = "Answer"
by = ["officer"]
stages = ["work"]
beside = true
clock = "restarts"
source = "law"
""",
    "limits.toml": """
[[limits]]
id = "decide"
title = "Decision"
statement = "Decided within 5 working days."
on_stages = ["work"]
step = "decide"
working_days = 5
unchecked = "Too small."
source = "local-choice"
note = "Five."
[[limits]]
id = "sign"
title = "Sign-off"
statement = "Signed within 2 working days."
after_steps = ["decide"]
step = "sign"
working_days = 2
unchecked = "Too small."
source = "law"
""",
    "checks.toml": """
[[checks]]
id = "answered"
statement = "The colour is said."
out_of_line = "No colour."
kind = "answered"
step = "decide"
question = "colour"
source = "law"
""",
    "forms/begin.toml": """
[[forms]]
id = "begin"
title = "Begin"
source = "law"
[[forms.sections]]
id = "who"
title = "Who"
[[forms.sections.questions]]
id = "family-name"
kind = "text"
label = "Last name"
missing = "Enter an answer"
means = "subject.family_name"
""",
    "forms/decide.toml": """
[[forms]]
id = "decide"
title = "Decide"
source = "law"
[[forms.sections]]
id = "what"
title = "What"
[[forms.sections.questions]]
id = "colour"
kind = "choice"
label = "Colour"
missing = "Select an answer"
codes = "colours"
[[forms.sections.questions]]
id = "shade"
kind = "text"
label = "Shade"
missing = "Enter an answer"
when = { question = "colour", is = ["red"] }
[[forms.sections.questions]]
id = "rooms"
kind = "each"
label = "Rooms"
codes = "colours"
[[forms.sections.questions.ask]]
id = "seen"
kind = "yes-no"
label = "Seen?"
missing = "Select an answer"
[[forms.sections.questions.ask]]
id = "why"
kind = "text"
label = "Why?"
missing = "Enter an answer"
when = { question = "seen", is = ["no"] }
[[forms.sections]]
id = "after"
title = "After"
when = { question = "outcome", is = ["end"] }
[[forms.sections.questions]]
id = "farewell"
kind = "text"
label = "Farewell"
missing = "Enter an answer"
""",
    "codes.toml": """
[[code_lists]]
id = "colours"
title = "Colours"
source = "law"
codes = [{ id = "red", label = "Red" }, { id = "blue", label = "Blue" }]
""",
}


def write(folder: Path, file: str = "", old: str = "", new: str = "") -> Path:
    """Write the small pack into a folder, with `old` replaced by `new` in one file, and return the folder."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    if file:
        text = FILES.get(file, "")
        assert old in text, f"{file} does not say {old!r}"
        (folder / file).write_text(text.replace(old, new, 1) if old else text + new, encoding="utf-8")
    return folder


def altered(pack: Pack, **changes: Any) -> Pack:
    """Return the pack with other parts. Built anew, because a copy would keep cached look-ups."""
    return Pack.model_validate({name: getattr(pack, name) for name in Pack.model_fields} | changes)
