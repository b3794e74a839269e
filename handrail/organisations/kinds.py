"""The kinds of organisation."""

from django.db import models


class Kind(models.TextChoices):
    """The kinds of organisation."""

    NATION = "nation", "Nation"
    REGION = "region", "Region"
    FORCE = "force", "Police force"
    PREVENT_TEAM = "prevent-team", "Prevent team"
    FIMU = "fimu", "Intelligence unit (FIMU)"
    MASH = "mash", "Multi-agency safeguarding hub (MASH)"
    COUNCIL = "council", "Council"
    PARTNER = "partner", "Partner body"
