"""Jobs that were queued while their tasks had other names are still carried out."""

from uuid import uuid4

import pytest
from procrastinate.contrib.django import app

from handrail.queue.jobs import queue
from handrail.sign_in import tasks


@pytest.mark.parametrize("task", [tasks.send_link, tasks.send_notice, tasks.forget_tries])
def test_a_job_queued_by_the_path_of_a_task_finds_it(task: object) -> None:
    names = {name for name, found in app.tasks.items() if found is task}
    assert any(name.startswith("handrail.sign_in.tasks.") for name in names)
    assert any(name.startswith("sign_in.") for name in names)


@pytest.mark.parametrize("about", tasks.NOTICES)
@pytest.mark.django_db
def test_every_notice_of_signing_in_may_be_queued(about: str) -> None:
    queue("sign_in.send-notice", person=str(uuid4()), about=about)
