"""The addresses of the room."""

from django.urls import path

from handrail.cases.views import (
    access,
    case,
    filling,
    lists,
    opening,
    patterns,
    readers,
    referral,
    samples,
)

app_name = "cases"

urlpatterns = [
    path("refer/", referral.refer, name="refer"),
    path("refer/answers/", referral.refer_answers, name="refer-answers"),
    path("refer/confirm/", referral.refer_confirm, name="refer-confirm"),
    path("refer/sent/", referral.refer_sent, name="refer-sent"),
    path("refer/later/", referral.refer_later, name="refer-later"),
    path("refer/return/", referral.refer_return, name="refer-return"),
    path("refer/page/<slug:section>/", referral.refer_section, name="refer-section"),
    path("referrals/", lists.referrals, name="referrals"),
    path("referrals/new/", referral.new, name="new"),
    path("referrals/new/<slug:step_id>/", referral.new_begin, name="new-begin"),
    path("drafts/<uuid:draft_id>/", filling.answers, name="answers"),
    path("drafts/<uuid:draft_id>/discard/", filling.discard, name="discard"),
    path("drafts/<uuid:draft_id>/sent/", referral.referred, name="referred"),
    path("drafts/<uuid:draft_id>/page/<slug:section>/", filling.section, name="section"),
    path("cases/", lists.cases, name="list"),
    path("cases/<uuid:case_id>/", case.case, name="case"),
    path("cases/<uuid:case_id>/readers/", readers.readers, name="readers"),
    path("patterns/", patterns.patterns, name="patterns"),
    path("cases/<uuid:case_id>/open/", opening.open_case, name="open"),
    path("cases/<uuid:case_id>/access/", access.access, name="access"),
    path("cases/<uuid:case_id>/access/invite/", access.invite, name="invite"),
    path("cases/<uuid:case_id>/access/share/", access.share, name="share"),
    path("cases/<uuid:case_id>/access/<uuid:grant_id>/end/", access.end_access, name="end-access"),
    path("cases/<uuid:case_id>/entries/<int:number>/", case.entry, name="entry"),
    path("cases/<uuid:case_id>/steps/<slug:step_id>/", case.begin, name="begin"),
    path("openings/", opening.openings, name="openings"),
    path("openings/<uuid:grant_id>/", opening.opening, name="opening"),
    path("samples/", samples.samples, name="samples"),
    path("samples/new/", samples.new_sample, name="new-sample"),
    path("samples/<uuid:sample_id>/end/", samples.end_sample, name="end-sample"),
    path("find/", lists.find, name="find"),
    path("checks/", lists.assurance, name="checks"),
]
