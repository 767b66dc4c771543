"""Addresses of those who write courses."""

from django.urls import path

from lessons.teaching import history, images, views

urlpatterns = [
    path("", views.courses, name="teach"),
    path("new/", views.create, name="teach-create"),
    path("import/", views.import_course, name="teach-import"),
    path("courses/<slug:slug>/", views.course_page, name="teach-course"),
    path("courses/<slug:slug>/export/", views.export_course, name="teach-export"),
    path("courses/<slug:slug>/draft/<path:path>", views.document_page, name="teach-document"),
    path("courses/<slug:slug>/history/<path:path>", history.history, name="teach-history"),
    path("courses/<slug:slug>/restore/<int:pk>/", history.restore_revision, name="teach-restore"),
    path("courses/<slug:slug>/images/<path:path>", images.image, name="teach-image"),
]
