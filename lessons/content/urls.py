"""Addresses of the lessons."""

from django.urls import path

from lessons.content import views

urlpatterns = [
    path("<slug:lesson_id>/", views.lesson_page, name="lesson"),
    path("<slug:lesson_id>/plots/<slug:block_id>/", views.lesson_plot, name="lesson-plot"),
    path("<slug:lesson_id>/images/<path:name>", views.lesson_image, name="lesson-image"),
]
