"""Addresses that take answers."""

from django.urls import path

from lessons.learning import views

urlpatterns = [path("<slug:lesson_id>/<slug:block_id>/", views.answer, name="answer")]
