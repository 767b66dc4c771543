"""Addresses of the courses, of their lessons, and of the pages around them."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from lessons.pages import accounts, courses, presenting, printing, views

urlpatterns = [
    path("", views.home, name="home"),
    path("courses/<slug:slug>/", courses.course_page, name="course"),
    path("lessons/<key:key>/", courses.lesson_page, name="lesson"),
    path("lessons/<key:key>/plots/<slug:block_id>/", courses.lesson_plot, name="lesson-plot"),
    path("lessons/<key:key>/images/<path:name>", courses.lesson_image, name="lesson-image"),
    path("playground/", views.playground, name="playground"),
    path("glossary/", views.glossary, name="glossary"),
    path("search/", views.search, name="search"),
    path("reference/", views.reference, name="reference"),
    path("reference/<slug:name>/", views.reference_lab, name="reference-lab"),
    path("about/models/", views.models, name="models"),
    path("sign-up/", accounts.SignUp.as_view(), name="sign-up"),
    path("sign-in/", LoginView.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("print/lessons/<key:key>/", printing.print_lesson, name="print-lesson"),
    path("print/answers/<key:key>/", printing.print_lesson_answers, name="print-lesson-answers"),
    path("print/courses/<slug:slug>/<slug:module_id>/", printing.print_module, name="print-module"),
    path(
        "print/courses/<slug:slug>/<slug:module_id>/answers/",
        printing.print_module_answers,
        name="print-module-answers",
    ),
    path("present/<key:key>/", presenting.present, name="present"),
    path("notes/<key:key>/", presenting.notes, name="present-notes"),
    path("robots.txt", views.robots, name="robots"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("healthz", views.health, name="health"),
]
