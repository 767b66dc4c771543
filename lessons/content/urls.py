"""Addresses of the courses and of their lessons."""

from django.urls import path

from lessons.content import views

urlpatterns = [
    path("courses/<slug:slug>/", views.course_page, name="course"),
    path("lessons/<key:key>/", views.lesson_page, name="lesson"),
    path("lessons/<key:key>/plots/<slug:block_id>/", views.lesson_plot, name="lesson-plot"),
    path("lessons/<key:key>/images/<file:name>", views.lesson_image, name="lesson-image"),
]
