"""All settings, from the environment (see env.py); what may be set is listed in docs/operations.md."""

import os
from pathlib import Path

from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured

from barometer import env

# Slides need lxml, and where it is there the reader of spreadsheets takes it instead of the one that refuses entities.
# It looks once, when it is loaded; surveys.instrument.xlsform refuses to read a stranger's file with any other.
os.environ["OPENPYXL_LXML"] = "False"

BASE_DIR = Path(__file__).resolve().parent.parent
DEMO = env.flag("DEMO")
DEBUG = env.flag("DEBUG")

# Everything the programme writes: database, secrets, mail as files, datasets, microdata files.
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var"))).absolute()
SECRET_KEY = env.secret("SECRET_KEY", DATA_DIR)
TOKEN_PEPPER = env.secret("TOKEN_PEPPER", DATA_DIR)  # keys the hashes of link tokens and the pseudonyms

SITE_ADDRESS = env.text("SITE_ADDRESS", "http://127.0.0.1:8000").rstrip("/")
if not SITE_ADDRESS.startswith(("http://", "https://")):
    raise ImproperlyConfigured(f"SITE_ADDRESS: expected http://HOST or https://HOST, got {SITE_ADDRESS!r}.")
HTTPS = SITE_ADDRESS.startswith("https://")
ALLOWED_HOSTS = env.hosts(demo=DEMO)
CSRF_TRUSTED_ORIGINS = [SITE_ADDRESS] if HTTPS else []

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "jobs",
    "surveys",
    "analytics",
    "publication",
    "barometer.demo",
]

MIDDLEWARE = [
    "barometer.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "barometer.kept_pages.KeptPagesMiddleware",
    "barometer.middleware.SecurityHeadersMiddleware",
    "barometer.middleware.PublicConnectionGuard",
    "barometer.middleware.PackingMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "barometer.middleware.LanguageMiddleware",
    "barometer.middleware.WithoutNulMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "barometer.urls"
WSGI_APPLICATION = "barometer.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {"default": env.database(env.text("DATABASE_URL", f"sqlite:///{DATA_DIR / 'barometer.sqlite3'}"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "surveys.User"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "surveys:desk"
LOGOUT_REDIRECT_URL = "publication:results"

LANGUAGE_CODE = "nb"
LANGUAGES = [  # each in its own words, whatever the page speaks
    ("nb", "Norsk bokmål"),
    ("nn", "Norsk nynorsk"),
    ("da", "Dansk"),
    ("sv", "Svenska"),
    ("fi", "Suomi"),
    ("is", "Íslenska"),
    ("en", "English"),
    ("se", "Davvisámegiella"),  # the respondents' pages alone
]
# Django does not know Northern Sami, and browsers may ask for plain Norwegian. Settings are read before languages are.
LANG_INFO["se"] = {"bidi": False, "code": "se", "name": "Northern Sami", "name_local": "davvisámegiella"}
LANG_INFO["no"] = {"fallback": ["nb"]}
FORMAT_MODULE_PATH = ["barometer.formats"]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Oslo"

STATIC_URL = "static/"
STATIC_ROOT = env.folder("DATA_DIR", DATA_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True  # the demonstration needs no collectstatic

PUBLIC_PAGES_HOLD_SECONDS = 0.5  # how long a process goes on believing that nothing was published or withdrawn

SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
# Nothing leaves to other sites. Not "no-referrer": browsers then post forms with "Origin: null", which the protection
# against forged forms refuses. The one address that holds a token (/s/...) answers with no-referrer itself.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY") else None
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FRAME_UPLOAD_MAX_BYTES = 20 * 1024 * 1024
QUESTIONNAIRE_UPLOAD_MAX_BYTES = 10 * 1024 * 1024
TEXTS_UPLOAD_MAX_BYTES = 1024 * 1024  # read in the request

EMAIL_FOLDER = DATA_DIR / "mail"
if env.text("EMAIL_HOST"):
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = env.text("EMAIL_HOST")
    EMAIL_PORT = env.number("EMAIL_PORT", 587, low=1, high=65535)
    EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
    EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
    EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", True)
    EMAIL_TIMEOUT = 20
else:
    EMAIL_BACKEND = "barometer.mail.FileBackend"
    EMAIL_FILE_PATH = str(EMAIL_FOLDER)
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "barometer@localhost")

BROKER_URL = env.broker(env.text("BROKER_URL", "memory://"))
CELERY_APP = "barometer.celery.app"  # what the worker command starts
JOB_LEASE_SECONDS = env.number("JOB_LEASE_SECONDS", 10, low=2, high=3600)
JOB_RETRY_SECONDS = env.number("JOB_RETRY_SECONDS", 5, low=0, high=3600)
JOB_KEEP_DAYS = env.number("JOB_KEEP_DAYS", 90, low=1, high=3650)

REST_FRAMEWORK = {
    # The open API is public and read-only: no session is read, so that the public connection guard holds.
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "UNAUTHENTICATED_USER": None,
    "EXCEPTION_HANDLER": "publication.api.problems.handled",
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "publication.api.negotiation.FormatOfTheAddress",
    "URL_FORMAT_OVERRIDE": None,  # ?format= is the API's own
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
}
SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.1.1",
    "TITLE": "Innovation barometer: the open API",
    "VERSION": "1",
    "DESCRIPTION": "Published releases of the innovation barometers; under /pxweb/api/v2 their tables as PxWebApi 2.",
    "AUTHENTICATION_WHITELIST": [],
}
# Calls of one address to the open API in a window of seconds, 0 for no limit; cells of one answer in PxWebApi.
API_CALLS = env.number("API_CALLS", 60, low=0, high=1_000_000)
API_CALLS_SECONDS = env.number("API_CALLS_SECONDS", 10, low=1, high=86_400)
API_MAX_CELLS = env.number("API_MAX_CELLS", 800_000, low=1, high=10_000_000)
BOUNDARY_FILES = env.country_files("BOUNDARY_FILES")  # borders behind the map of municipalities
# Counts calls alone. Room for the addresses of a busy minute: a full cache forgets some of them.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "barometer.logs.WithoutLinks", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "WARNING")},
    "loggers": {"gunicorn.error": {"handlers": [], "propagate": True}},  # it names addresses too
}
