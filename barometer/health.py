"""Is the database there, is somebody doing the work?"""

from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from jobs.models import Job, JobState
from surveys.permissions import signed_out


@signed_out
def health(request: HttpRequest) -> JsonResponse:
    """Database, and the age in seconds of the oldest job that nobody has taken on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    oldest = Job.objects.filter(state=JobState.QUEUED, run_after__lte=timezone.now()).order_by("run_after").first()
    waiting = (timezone.now() - oldest.run_after).total_seconds() if oldest else 0.0
    return JsonResponse({"database": "ok", "oldest_queued_job_seconds": round(waiting, 1)})
