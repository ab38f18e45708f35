"""robots.txt: what search engines are asked not to fetch."""

from django.http import HttpRequest, HttpResponse

from publication.views.everybody import everybodys

# The desk, and every address that is or holds somebody's key: a robot that came by one would open the page of the
# person whom it was made for. What is fetched none the less says `noindex` itself (barometer.middleware).
LEFT_ALONE = (
    "/admin/",
    "/desk/",
    "/s/",
    "/code",
    "/respond/",
    "/r/",
    "/cases/own/",
    "/cases/copying/",
    "/self-test/group/",
    "/language/",  # no page of its own: it leads back to where one came from
)
TEXT = "User-agent: *\n" + "".join(f"Disallow: {path}\n" for path in LEFT_ALONE)


@everybodys
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse(TEXT, content_type="text/plain; charset=utf-8")
