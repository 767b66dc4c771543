"""Addresses that take answers."""

from django.urls import path

from lessons.learning import views

urlpatterns = [path("<key:key>/<slug:block_id>/", views.answer, name="answer")]
