"""Levels of vetting."""

from django.db import models


class Vetting(models.IntegerChoices):
    """Levels of vetting, lowest first.

    A policy pack says which level each marking needs. The order between police and national security vetting
    is Handrail's own reading, not a published one.
    """

    NONE = 0, "Not vetted"
    BASELINE = 1, "Baseline check (BPSS or NPPV 1)"
    PARTNER = 2, "NPPV 2"
    POLICE = 3, "Recruitment vetting (RV) or NPPV 3"
    MANAGEMENT = 4, "Management vetting (MV) or SC"
