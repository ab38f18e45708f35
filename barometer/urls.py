"""Where everything is mounted."""

from django.contrib import admin
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path

from barometer import health
from barometer.language import choose_language
from barometer.robots import robots
from surveys.permissions import signed_out

urlpatterns = [
    path("", include("publication.urls")),
    path("", include("surveys.urls")),
    path("desk/", include("analytics.urls")),
    path("language/", choose_language, name="language-chosen"),
    path("language/<str:code>", choose_language, name="language"),
    path("health", health.health, name="health"),
    path("robots.txt", robots, name="robots"),
    path("sign-in", signed_out(LoginView.as_view(template_name="sign_in.html")), name="sign-in"),
    path("sign-out", signed_out(LogoutView.as_view()), name="sign-out"),
    path("admin/", admin.site.urls),
]

handler400 = "barometer.errors.bad_request"
