"""Where everything is."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("lessons.pages.urls")),
    path("", include("lessons.classes.urls")),
    path("learn/", include("lessons.learning.urls")),
    path("labs/", include("lessons.labs.urls")),
    path("teach/", include("lessons.teaching.urls")),
    path("admin/", admin.site.urls),
]
