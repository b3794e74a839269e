"""Django's settings. What differs between installations comes from the environment alone."""

import os
from datetime import timedelta
from pathlib import Path

from handrail.config import environment, log
from handrail.config.database import databases
from handrail.config.secret import contact_key, former_secret_keys, secret_key
from handrail.queue.lanes import SLOTS
from handrail.sign_in.oidc import issuers

HOME = environment.home()
PACKS = environment.packs()
PACK = environment.pack()
DEMONSTRATION = environment.flag("HANDRAIL_DEMONSTRATION")
LEDGER_HEADS_MAIL = environment.addresses("HANDRAIL_HEADS_MAIL")

DEBUG = False
SECRET_KEY = secret_key()
SECRET_KEY_FALLBACKS = former_secret_keys()
CONTACT_KEY = contact_key()
HOSTS = environment.hosts()
ALLOWED_HOSTS = [*HOSTS, "localhost", "127.0.0.1", "[::1]", environment.bind()]
ROOT_URLCONF = "handrail.config.urls"
WSGI_APPLICATION = "handrail.config.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
    "pgtrigger",
    "pghistory",
    "handrail.govuk",
    "handrail.ledger",
    "handrail.organisations",
    "handrail.access",
    "handrail.sign_in",
    "handrail.accounts",
    "handrail.records",
    "handrail.records.form_links",
    "handrail.subjects",
    "handrail.cases",
    "handrail.cases.intake",
    "handrail.cases.files",
    "handrail.question_sets",
    "handrail.notices",
    "handrail.web",
    "handrail.demo",
]

MIDDLEWARE = [
    "handrail.config.log.RequestLog",
    "handrail.config.headers.Headers",
    "handrail.config.limits.Limits",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "handrail.sign_in.middleware.SignedIn",
    "handrail.sign_in.middleware.SignInFirst",
    "allauth.account.middleware.AccountMiddleware",
    "handrail.sign_in.middleware.ProvenEnough",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "handrail.web.errors.Answered",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        # The inner rooms of cases keep templates beside their pages, as Django apps do.
        "DIRS": sorted((Path(__file__).parents[1] / "cases").glob("*/jinja2")),
        "OPTIONS": {
            "environment": "handrail.config.jinja.environment",
            "context_processors": [
                "handrail.web.navigation.shell",
            ],
        },
    },
]

DATABASES = databases()
# The worker looks for jobs and does not listen: every database role can send a notification, and one that is
# no JSON ended it.
PROCRASTINATE_WORKER_DEFAULTS = {
    "concurrency": SLOTS,
    "listen_notify": False,
    "fetch_job_polling_interval": 2.0,  # seconds
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "organisations.Person"
LOGIN_URL = "sign_in:sign-in"
LOGIN_REDIRECT_URL = "web:home"
LOGOUT_REDIRECT_URL = "sign_in:sign-in"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# allauth makes and checks second factors. Its own pages, sign-up and rate limits are not used.
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False
MFA_ADAPTER = "handrail.sign_in.adapter.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_TOLERANCE = 1  # steps of half a minute by which a phone's clock may be off
MFA_RECOVERY_CODE_DIGITS = 10
MFA_RATE_LIMITS = False

SESSION_ENGINE = "handrail.sign_in.store"
SESSION_IDLE = timedelta(minutes=environment.at_least_one("HANDRAIL_IDLE_MINUTES", 15))
SESSION_LONGEST = timedelta(hours=environment.at_least_one("HANDRAIL_SESSION_HOURS", 10))
SESSIONS_AT_ONCE = environment.at_least_one("HANDRAIL_SESSIONS", 5)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 10 * 60 * 60
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_AGE = None
CSRF_FAILURE_VIEW = "handrail.web.errors.expired"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

# Plain HTTP is for this machine only. Elsewhere a proxy terminates HTTPS and sets the header.
SECURE = not environment.flag("HANDRAIL_INSECURE")
if not SECURE and environment.bind() not in environment.LOOPBACK:
    raise environment.Misconfigured(
        "HANDRAIL_INSECURE serves plain http, which only this machine may see: unset it, or set "
        "HANDRAIL_BIND to 127.0.0.1."
    )
PROXIES = environment.proxies(secure=SECURE)
ADDRESS = environment.address(secure=SECURE)
try:
    ISSUERS = issuers.read(environment.issuers(), os.environ, plain_http=not SECURE)
except issuers.NotUsable as error:
    raise environment.Misconfigured(str(error)) from error
# Browsers accept a `__Host-` cookie only from this host, over HTTPS, with the path /.
_PREFIX = "__Host-" if SECURE else ""
SESSION_COOKIE_NAME = f"{_PREFIX}session"
CSRF_COOKIE_NAME = f"{_PREFIX}csrf"
DEVICE_COOKIE_NAME = f"{_PREFIX}device"
SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_SECURE = SECURE
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^health$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in HOSTS]

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
WHITENOISE_ALLOW_ALL_ORIGINS = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "handrail.config.static.NamedByContent"},
}

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
SENDS_MAIL = environment.sends_mail()
_SMTP = environment.smtp()
EMAIL_HOST = _SMTP.host
EMAIL_PORT = _SMTP.port
EMAIL_HOST_USER = _SMTP.user
EMAIL_HOST_PASSWORD = _SMTP.password
EMAIL_USE_TLS = _SMTP.start_tls
EMAIL_USE_SSL = _SMTP.tls
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = "handrail@localhost"

DOCUMENTS = environment.documents()
SCANNER = environment.scanner()

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
# Only one page accepts a file, one at a time. It stays in memory, because files on disk are encrypted.
DATA_UPLOAD_MAX_NUMBER_FILES = 1
FILE_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["handrail.access.files.OnlyWhereTaken"]

# Django must not configure logging: `log.configure` does, once.
LOGGING_CONFIG = None
log.configure()
