"""Mail as files: where no mail server is set, each message becomes a file of its own that a person can open."""

import os
import uuid
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone


class FileBackend(BaseEmailBackend):
    """Writes <time>-<number>.eml into settings.EMAIL_FILE_PATH, readable by its owner only: links are inside."""

    def open(self) -> bool:
        Path(settings.EMAIL_FILE_PATH).mkdir(mode=0o700, parents=True, exist_ok=True)
        return True

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """One file a message; how many were written. Raises OSError when the folder cannot be written."""
        self.open()
        folder = Path(settings.EMAIL_FILE_PATH)
        for message in email_messages:
            path = folder / f"{timezone.now():%Y%m%dT%H%M%S%f}-{uuid.uuid4().hex[:8]}.eml"
            with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
                file.write(message.message().as_bytes())
        return len(email_messages)
