"""How far somebody was vetted."""

from django.db import models


class Vetting(models.IntegerChoices):
    """Levels of vetting, the lowest first.

    Which level a marking needs is the policy pack's to say. Where levels of the police and of national
    security stand beside each other, the order is Handrail's own reading and not a published one.
    """

    NONE = 0, "Not vetted"
    BASELINE = 1, "Baseline check (BPSS or NPPV 1)"
    PARTNER = 2, "NPPV 2"
    POLICE = 3, "Recruitment vetting (RV) or NPPV 3"
    MANAGEMENT = 4, "Management vetting (MV) or SC"
