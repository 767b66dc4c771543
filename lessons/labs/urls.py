"""Addresses of the labs."""

from django.urls import path

from lessons.labs import views

urlpatterns = [
    path("open/", views.open_run, name="lab-open"),
    path("run/<str:run_id>/", views.run_page, name="lab-run"),
    path("r/<str:text>/", views.shared_page, name="lab-shared"),
    path("<slug:name>/", views.lab_page, name="lab"),
]
