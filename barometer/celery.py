"""The Celery app: only the worker imports it; the web process writes job rows instead."""

import os

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "barometer.settings")

app = Celery("barometer")
app.conf.update(
    # A host keeps kombu from warning that it lacks one; nothing is connected to.
    broker_url="memory://localhost/" if settings.BROKER_URL == "memory://" else settings.BROKER_URL,
    broker_connection_retry_on_startup=True,
    # The job table knows what runs and what is done; the broker may lose everything.
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_serializer="json",
    accept_content=["json"],
    # A worker in the middle of a job does not serve the broker's connection; the job row has a heartbeat of its own.
    broker_heartbeat=0,
    # Of the forking pool only: nobody stands beside a solo worker to stop it.
    task_time_limit=1800,
    task_soft_time_limit=1740,
    task_publish_retry=False,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    worker_hijack_root_logger=False,
    broker_transport_options=(
        {
            "visibility_timeout": 3600,
            "unacked_restore_throttle": 1,
            "socket_timeout": 5,
            "socket_connect_timeout": 2,
        }
        if settings.BROKER_URL.startswith("redis")
        else {"polling_interval": 0.1}
    ),
)
app.autodiscover_tasks()
