"""Addresses of the respondent's pages and of the survey desk."""

app_name = "surveys"
urlpatterns: list[object] = []
