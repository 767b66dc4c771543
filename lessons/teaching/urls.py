"""Addresses of those who write courses."""

from django.urls import path

from lessons.teaching import editor, history, images, preview, saving, trying, uploading, views, writing

urlpatterns = [
    path("", views.courses, name="teach"),
    path("new/", views.create, name="teach-create"),
    path("import/", views.import_course, name="teach-import"),
    path("courses/<slug:slug>/", views.course_page, name="teach-course"),
    path("courses/<slug:slug>/export/", views.export_course, name="teach-export"),
    path("vocabulary/", editor.vocabulary_json, name="teach-vocabulary"),
    path("courses/<slug:slug>/draft/<path:path>", views.document_page, name="teach-document"),
    path("courses/<slug:slug>/frame/<path:path>", preview.frame, name="teach-frame"),
    path("courses/<slug:slug>/preview/<path:path>", preview.preview, name="teach-preview"),
    path("courses/<slug:slug>/save/<path:path>", saving.save_draft, name="teach-save"),
    path("courses/<slug:slug>/try/<path:path>", trying.try_block, name="teach-try"),
    path("courses/<slug:slug>/insert/<path:path>", writing.insert, name="teach-insert"),
    path("courses/<slug:slug>/script/<path:path>", writing.record_script, name="teach-script"),
    path("courses/<slug:slug>/solution/<path:path>", writing.record_solution, name="teach-solution"),
    path("courses/<slug:slug>/upload/<path:path>", uploading.upload, name="teach-upload"),
    path("courses/<slug:slug>/history/<path:path>", history.history, name="teach-history"),
    path("courses/<slug:slug>/restore/<int:pk>/", history.restore_revision, name="teach-restore"),
    path("courses/<slug:slug>/images/<path:path>", images.image, name="teach-image"),
]
