"""Addresses of classes: for all, for members, for those who run one, and for the instructor who manages it."""

from django.urls import path

from lessons.classes import asking, follow, grading, lead, managing, views, watching

OPEN = [
    path("join/", views.ask_code, name="join-code"),
    path("join/<str:code>/", views.join_page, name="join"),
    path("classes/", views.classes, name="classes"),
    path("classes/new/", views.create, name="class-create"),
]
MEMBERS = [
    path("classes/<int:pk>/", follow.follow, name="class-follow"),
    path("classes/<int:pk>/follow/<slug:part>/", follow.part, name="class-follow-part"),
    path("classes/<int:pk>/explore/", follow.explore_run, name="class-explore"),
    path("classes/<int:pk>/come-back/", follow.follow_again, name="class-come-back"),
    path("classes/<int:pk>/vote/", follow.cast, name="class-vote"),
    path("classes/<int:pk>/name/", follow.rename, name="class-name"),
    path("classes/<int:pk>/leave/", follow.leave, name="class-leave"),
]
LEADERS = [
    path("classes/<int:pk>/lead/", lead.lead, name="class-lead"),
    path("classes/<int:pk>/lead/pick/", lead.pick, name="class-pick"),
    path("classes/<int:pk>/lead/<slug:part>/", lead.part, name="class-lead-part"),
    path("classes/<int:pk>/show/", lead.show, name="class-show"),
    path("classes/<int:pk>/hand/", lead.hand, name="class-hand"),
    path("classes/<int:pk>/ask/", asking.ask, name="class-ask"),
    path("classes/<int:pk>/ask/close/", asking.close_poll, name="class-ask-close"),
    path("classes/<int:pk>/ask/reveal/", asking.reveal, name="class-ask-reveal"),
    path("classes/<int:pk>/ask/run/", asking.ask_run, name="class-ask-run"),
    path("classes/<int:pk>/ask/end/", asking.end_poll, name="class-ask-end"),
    path("classes/<int:pk>/matrix/", watching.matrix, name="class-matrix"),
    path("classes/<int:pk>/members/<int:member_pk>/", watching.member_page, name="class-member"),
    path("classes/<int:pk>/members/<int:member_pk>/cell/", watching.cell, name="class-cell"),
    path("classes/<int:pk>/grades/", grading.grades, name="class-grades"),
    path("classes/<int:pk>/grades.csv", grading.grades_file, name="class-grades-file"),
    path("classes/<int:pk>/grades/again/", grading.grade_again, name="class-grade-again"),
    path("classes/<int:pk>/members/<int:member_pk>/tries/", grading.attempts, name="class-attempts"),
    path("classes/<int:pk>/runs/<str:run_id>/", watching.watch, name="class-watch"),
    path("classes/<int:pk>/runs/<str:run_id>/copy/", watching.copy, name="class-copy"),
]
MANAGERS = [
    path("classes/<int:pk>/manage/", managing.manage, name="class-manage"),
    path("classes/<int:pk>/manage/change/", managing.change, name="class-change"),
    path("classes/<int:pk>/members/<int:member_pk>/remove/", managing.remove_member, name="class-remove"),
]
urlpatterns = [*OPEN, *MEMBERS, *LEADERS, *MANAGERS]
