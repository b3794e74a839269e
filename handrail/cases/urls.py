"""The addresses of the room."""

from django.urls import path

from handrail.cases.views import case, filling, lists, marking, opening, referral, restricting

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
    path("cases/<uuid:case_id>/open/", opening.open_case, name="open"),
    path("cases/<uuid:case_id>/entries/<int:number>/", case.entry, name="entry"),
    path("cases/<uuid:case_id>/steps/<slug:step_id>/", case.begin, name="begin"),
    path("cases/<uuid:case_id>/restriction/", restricting.restriction, name="restriction"),
    path("cases/<uuid:case_id>/marking/", marking.marking, name="marking"),
    path("cases/<uuid:case_id>/entries/<int:number>/marking/", marking.marking, name="entry-marking"),
    path("concerns/", restricting.concerns, name="concerns"),
    path("concerns/new/", restricting.colleague, name="colleague"),
    path("concerns/<uuid:case_id>/take-on/", restricting.take_on, name="take-on"),
    path("find/", lists.find, name="find"),
    path("checks/", lists.assurance, name="checks"),
]
