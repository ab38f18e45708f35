"""Addresses of the public pages, of the open API and of the publication desk."""

app_name = "publication"
urlpatterns: list[object] = []
