"""Addresses of the analysis desk."""

app_name = "analytics"
urlpatterns: list[object] = []
