"""Every setting, in the order a request meets them; the environment is read here and nowhere else.

What each variable means stands in the README's table, and a test keeps the two alike.
"""

import sys
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import environ
import structlog
from cryptography.fernet import Fernet
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from limits import parse as parse_rate

from config import embedded_servers
from config.local_secret import local_secret
from config.redaction import redact

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()


def _flag(name: str) -> bool:
    """Off unless it is switched on. What is neither yes nor no would pass for no: it is refused."""
    word = env.str(name, default="false").strip().lower()
    if word not in {"true", "false", "yes", "no", "on", "off", "1", "0"}:
        raise ImproperlyConfigured(f"{name} is {word!r}: it must be 'true' or 'false'.")
    return word in {"true", "yes", "on", "1"}


def _database(url: str) -> dict[str, Any]:
    database = environ.Env.db_url_config(url)
    # The threads that serve requests live long, so each keeps its connection (see config/asgi.py).
    database |= {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
    # What asks to be prepared is (`crm.compiled`), and nothing else however often it comes.
    database["OPTIONS"] = {"connect_timeout": 5, "prepare_threshold": sys.maxsize, **database.get("OPTIONS", {})}
    return dict(database)


if (BASE_DIR / ".env").exists():
    env.read_env(BASE_DIR / ".env")

# --- Where things lie -------------------------------------------------------------------------
VAR = Path(env.str("ATENDIMENTO_VAR", default=str(BASE_DIR / "var")))
VAR.mkdir(parents=True, exist_ok=True)

# --- Who may ask ------------------------------------------------------------------------------
DEBUG = _flag("DEBUG")
SECRET_KEY = env.str("SECRET_KEY", default="")
SECRET_KEY_IS_LOCAL = not SECRET_KEY
SECRET_KEY = SECRET_KEY or local_secret(VAR / "secret_key")
# Earlier ones, still good for what was signed and encrypted with them.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# What keys of WAHA, webhook secrets and second factors are encrypted with, the newest first; SECRET_KEY gives one too.
FIELD_ENCRYPTION_KEYS = env.list("FIELD_ENCRYPTION_KEYS", default=[])
for key in FIELD_ENCRYPTION_KEYS:
    try:
        Fernet(key)
    except ValueError as error:
        raise ImproperlyConfigured(f"FIELD_ENCRYPTION_KEYS has a key that is none of Fernet's: {error}") from None
PUBLIC_URL = env.str("PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
HTTPS = _flag("HTTPS")
# Whose X-Forwarded-For is believed: addresses or networks of the proxies in front of us.
TRUSTED_PROXIES = []
for network in env.list("TRUSTED_PROXIES", default=["127.0.0.1", "::1"]):
    try:
        TRUSTED_PROXIES.append(ip_network(network))
    except ValueError as error:
        raise ImproperlyConfigured(f"TRUSTED_PROXIES: {error}") from None

# --- What a request passes through ------------------------------------------------------------
MIDDLEWARE = [
    "config.proxies.TrustedProxiesMiddleware",
    "crm.middleware.OriginMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.headers.HeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.compression.CompressedPages",
    "csp.middleware.CSPMiddleware",
    "config.api.OneErrorShape",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "crm.middleware.PersonalSettingsMiddleware",
    "crm.middleware.SecondFactorMiddleware",
    "axes.middleware.AxesMiddleware",
]
SECURE_SSL_REDIRECT = HTTPS
# WAHA follows a redirect as a GET without body and calls that delivered: the message would be lost.
SECURE_REDIRECT_EXEMPT = [r"^webhooks/", r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
# Throws nobody out on every request, and writes no session row on every request either.
SESSION_SAVE_EVERY_REQUEST = False
# In the database alone: behind the cache, nobody could work while Redis is away.
SESSION_ENGINE = "crm.sessions"
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- What answers it --------------------------------------------------------------------------
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "channels",
    "procrastinate.contrib.django",
    "axes",
    "csp",
    "django_htmx",
    "lucide",
    "ninja",
    "config.apps.FrameConfig",
    "config.apps.CollectedFilesConfig",  # after the frame, whose runserver has sockets
    "crm",
    "notifications",
    "chats",
    "chats.waha",
]
# Threads of one web process that serve pages and the API; each keeps one database connection.
WEB_THREADS = env.int("WEB_THREADS", default=8)
# A webhook above this is refused with 413; media never travels in one.
WEBHOOK_MAX_BYTES = 1024 * 1024
# A signed event whose own clock is further off is refused as played back; 0 takes any. Within, its id is known here.
WEBHOOK_REPLAY_HOURS = env.int("WEBHOOK_REPLAY_HOURS", default=30 * 24)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "lucide.templatetags.lucide",
                "django.templatetags.i18n",
                "django.templatetags.static",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# --- Who is asking ----------------------------------------------------------------------------
AUTH_USER_MODEL = "crm.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "crm.backends.PersonBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
# How long the link of a forgotten password is good for.
PASSWORD_RESET_TIMEOUT = 3 * 3600
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "chats:inbox"
LOGOUT_REDIRECT_URL = "login"
# What the login form calls the e-mail; axes would look for the model's own name, "email", and never find it.
AXES_USERNAME_FORM_FIELD = "username"
# Wrong passwords for one account, from wherever: kept in the database, so that it holds while Redis is away.
AXES_FAILURE_LIMIT = env.int("LOGIN_FAILURE_LIMIT", default=10)
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_LOCKOUT_CALLABLE = "crm.entering.locked_out"
# Who is locked out is let in a quarter of an hour later, even if somebody goes on trying in their name.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
# Its tables know no companies; who came in, and who did not, stands in the audit log, which does.
AXES_ENABLE_ADMIN = False
# How often somebody may do what costs us, or what guessing is made of: see crm/limits.py.
RATE_LIMITS = {
    "login": env.str("LOGIN_RATE", default="5 per 5 minutes"),
    "api": env.str("API_RATE", default="600 per minute"),
    "reset": env.str("RESET_RATE", default="10 per hour"),
    "mail": env.str("RESET_MAIL_RATE", default="3 per hour"),
    "upload": env.str("UPLOAD_RATE", default="120 per minute"),
}
for words in RATE_LIMITS.values():
    try:
        parse_rate(words)
    except ValueError:
        raise ImproperlyConfigured(f"{words!r} is no rate: it looks like '5 per 5 minutes'.") from None

# --- What it works on -------------------------------------------------------------------------
DATABASE_URL = env.str("DATABASE_URL", default="") or embedded_servers.database_url(VAR)
DATABASES = {"default": _database(DATABASE_URL)}
# PostgreSQL itself, where DATABASE_URL is a pgbouncer in transaction mode: who listens for jobs, and who dumps the
# database, needs a session of their own.
DATABASE_DIRECT_URL = env.str("DATABASE_DIRECT_URL", default="")
if DATABASE_DIRECT_URL:
    DATABASES["direct"] = {**_database(DATABASE_DIRECT_URL), "TEST": {"MIRROR": "default"}}
    # A cursor that outlives its transaction would be looked for in somebody else's session; so would a statement.
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
    DATABASES["default"]["OPTIONS"]["prepare_threshold"] = None
DIRECT_DATABASE = "direct" if DATABASE_DIRECT_URL else "default"
REDIS_URL = env.str("REDIS_URL", default="") or embedded_servers.redis_url(VAR)
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL},
    # Rows and bubbles, some kilobytes each, for as long as they show the same (`chats.templatetags.facts`).
    "fragments": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "fragments",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 2000, "CULL_FREQUENCY": 20},
    },
}
CHANNEL_PREFIX = env.str("CHANNEL_PREFIX", default="atendimento")
# Nudges to open pages go over these, each audience over one of them; the same ones in the same order everywhere.
CHANNEL_REDIS_URLS = env.list("CHANNEL_REDIS_URLS", default=[]) or [REDIS_URL]
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": CHANNEL_REDIS_URLS, "prefix": CHANNEL_PREFIX},
    }
}
# What answers and jobs under way get to finish in when a process is asked to stop.
STOP_SECONDS = env.int("STOP_SECONDS", default=20)
# Jobs a worker process runs side by side; jobs of one chat still follow each other.
WORKER_THREADS = env.int("WORKER_THREADS", default=8)
PROCRASTINATE_ON_APP_READY = "config.jobs.let_twins_give_way"
PROCRASTINATE_IMPORT_PATHS = ["crm.tasks", "chats.tasks", "chats.waha.tasks"]
# A message that waited longer than this for its number asks before it leaves.
SEND_ASKS_AFTER_MINUTES = env.int("SEND_ASKS_AFTER_MINUTES", default=60)
# What looks like a flood asks too: the same text to so many conversations in ten minutes, first messages to so many
# people in an hour who never wrote.
FLOOD_SAME_TEXT_CHATS = env.int("FLOOD_SAME_TEXT_CHATS", default=20)
FLOOD_FIRST_MESSAGES = env.int("FLOOD_FIRST_MESSAGES", default=30)
# Where `make run` finds the stand-in for WAHA; the demo data points its numbers there.
WAHA_SIMULATOR_URL = env.str("WAHA_SIMULATOR_URL", default="http://127.0.0.1:3900")

# --- What it says -----------------------------------------------------------------------------
LANGUAGE_CODE = "pt-br"
LANGUAGES = [("pt-br", _("Portuguese (Brazil)")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "America/Sao_Paulo"
USE_THOUSAND_SEPARATOR = True

# --- To whom it writes -------------------------------------------------------------------------
# Invitations and forgotten passwords; without a server they are printed where the worker runs.
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("EMAIL_FROM", default="Atendimento <nao-responda@localhost>")

# --- What lies beside it ----------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
# Collected ones are named by their content and kept by browsers for good; `make run` and a deployment collect them.
# Without it, files are looked up as they are asked for, so that an edited one is served whole at once.
STATIC_COLLECTED = _flag("STATIC_COLLECTED")
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not STATIC_COLLECTED
WHITENOISE_MAX_AGE = 0
WHITENOISE_ALLOW_ALL_ORIGINS = False
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR / "media")))
# Any storage of Django's: `storages.backends.s3.S3Storage` of django-storages, for one, when several machines serve.
STORAGES = {
    "default": {
        "BACKEND": env.str("MEDIA_STORAGE", default="django.core.files.storage.FileSystemStorage"),
        "OPTIONS": env.json("MEDIA_STORAGE_OPTIONS", default={}),
    },
    "staticfiles": {
        "BACKEND": "config.static.CollectedStatic"
        if STATIC_COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# Whether the worker asks the pages that messages link to what they are.
LINK_PREVIEWS = env.bool("LINK_PREVIEWS", default=True)
# Webhooks to other systems go to the public internet, over TLS. Development and closed networks may lift both.
WEBHOOK_PRIVATE_HOSTS = _flag("WEBHOOK_PRIVATE_HOSTS")
# What customers' files may weigh, and what agents may upload. WAHA takes 50 MB of JSON, base64 included.
MEDIA_MAX_BYTES = env.int("MEDIA_MAX_BYTES", default=64 * 1024 * 1024)
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=25 * 1024 * 1024)
# Files are fetched from the number's own WAHA. Where WAHA keeps them in S3 and hands out signed addresses, the
# origins of those, as `https://bucket.example.com`: nobody else is ever asked.
MEDIA_EXTRA_ORIGINS = env.list("MEDIA_EXTRA_ORIGINS", default=[])

# --- What it tells its keepers ----------------------------------------------------------------
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOG_FORMAT = env.str("LOG_FORMAT", default="text")
if LOG_FORMAT not in {"text", "json"}:
    raise ImproperlyConfigured(f"LOG_FORMAT is {LOG_FORMAT!r}: it must be 'text' or 'json'.")
# Whoever brings it may read /metrics; without one, only this very machine, and over plain HTTP only.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
# A job that is due, or a worker, may be silent for so long; then /readyz is 503.
QUEUE_STUCK_SECONDS = env.int("QUEUE_STUCK_SECONDS", default=60)
SHARED_PROCESSORS: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *SHARED_PROCESSORS,
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "structured": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": SHARED_PROCESSORS,
            "processors": [
                structlog.processors.format_exc_info,
                redact,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False)
                if LOG_FORMAT == "json"
                else structlog.dev.ConsoleRenderer(
                    colors=sys.stderr.isatty(),
                    pad_event_to=0,
                    exception_formatter=structlog.dev.plain_traceback,
                ),
            ],
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "daphne": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
        "procrastinate": {"level": "WARNING"},
        "django.server": {"level": "WARNING"},
    },
}

SILENCED_SYSTEM_CHECKS = [
    # Whether a domain is on the browsers' preload list is decided by who owns it, for all that runs there.
    "security.W021",
    # axes counts by account alone, which no other browser gets around; addresses are counted by crm/limits.py.
    "axes.W006",
]
