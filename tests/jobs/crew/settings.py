"""The least that the job table needs; the address of everything comes from the test."""

import os
from pathlib import Path

from barometer import env

SECRET_KEY = "only for tests"
DATA_DIR = Path(os.environ["DATA_DIR"])
DATABASES = {"default": env.database(os.environ["DATABASE_URL"])}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = ["jobs", "tests.jobs.crew"]
ROOT_URLCONF = "tests.jobs.crew.urls"
WSGI_APPLICATION = "barometer.wsgi.application"
ALLOWED_HOSTS = ["127.0.0.1"]
USE_TZ = True
DEMO = env.flag("DEMO")
BROKER_URL = env.broker(os.environ["BROKER_URL"])
CELERY_APP = "barometer.celery.app"
JOB_LEASE_SECONDS = env.number("JOB_LEASE_SECONDS", 2, low=1, high=60)
JOB_RETRY_SECONDS = 0
JOB_KEEP_DAYS = 90
