"""The one settings module. No branches by environment: what differs is read by config.env."""

from pathlib import Path
from urllib.parse import unquote, urlparse

from csp.constants import NONCE, NONE, SELF

from zhibu.config import env
from zhibu.config.registries import *  # noqa: F403 (settings, too)
from zhibu.core.crypto import KeyRing

PACKAGE = Path(__file__).resolve().parent.parent
VAR = env.path("ZHIBU_VAR", PACKAGE.parent / "var", "Folder of everything we write.", shown="var")
DEBUG = env.flag(
    "ZHIBU_DEBUG",
    default=False,
    meaning="Django's debug mode. Developers only: it shows data in error pages.",
)
DEMO = env.flag(
    "ZHIBU_DEMO", default=False, meaning="Marks every page and print as the synthetic demonstration county."
)
SITE_URL = env.text(
    "ZHIBU_SITE_URL",
    "http://127.0.0.1:8000",
    "Address people reach the site at; it is printed in the QR code.",
).rstrip("/")
ALLOWED_HOSTS = env.names("ZHIBU_HOSTS", ("127.0.0.1", "localhost"), "Host names the site answers to.")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
PLAIN_HTTP = env.flag(
    "ZHIBU_PLAIN_HTTP",
    default=False,
    meaning="Allows a network address without https: an office network whose every user is trusted to read what others send.",
)
SECURE_TRANSPORT = SITE_URL.startswith("https://")
TRUSTED_PROXIES = env.networks(
    "ZHIBU_TRUSTED_PROXIES",
    "Addresses or networks of the proxies in front (nginx), such as 127.0.0.1. Only their X-Forwarded-For and "
    "X-Forwarded-Proto are believed. Empty: nobody's.",
)

AUDIT_HEADS_FILE = env.path(
    "ZHIBU_AUDIT_HEADS",
    VAR / "audit-heads.log",
    "Append-only file that keeps the end of each audit chain outside the database. Best on another disk.",
    shown="var/audit-heads.log",
)

# Keys: the file `zhibu init` writes (mode 600), or its text in the environment. Without either a
# passing ring lets read-only commands and checks run; config.checks refuses to serve with it.
KEY_FILE = env.path(
    "ZHIBU_KEY_FILE",
    VAR / "keys.toml",
    "Key ring: encryption, signature and session keys. Back it up apart from the database.",
    shown="var/keys.toml",
)
_ring_text = env.text("ZHIBU_KEYS", "", "The key ring's text itself, instead of a file.")
KEYS_ARE_GIVEN = bool(_ring_text)
if not _ring_text and KEY_FILE.exists():
    _ring_text = KEY_FILE.read_text("utf-8")
KEY_RING_IS_PASSING = not _ring_text
KEY_RING = KeyRing.loads(_ring_text) if _ring_text else KeyRing.generate()
SECRET_KEY = KEY_RING.secret_key

DATABASE_URL = env.text(
    "DATABASE_URL",
    "",
    "postgres://user:password@host:5432/name, or sqlite:///path. Empty: SQLite in the var folder.",
)
TEST_DATABASE = env.text("ZHIBU_TEST_DB", "one", "Ending of the test database's name (PostgreSQL).")
LOCK_SECONDS = env.number(
    "ZHIBU_LOCK_SECONDS",
    10,
    "SQLite only: seconds a write waits while another one goes on. The worker waits at least 120.",
)
_url = urlparse(DATABASE_URL)
if _url.scheme in {"postgres", "postgresql"}:
    _database: dict[str, object] = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(_url.path[1:]),
        "USER": unquote(_url.username or ""),
        "PASSWORD": unquote(_url.password or ""),
        "HOST": _url.hostname or "",
        "PORT": _url.port or "",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # A server that is cut off without a word is given up after seconds, not after the system's minutes.
        "OPTIONS": {
            "connect_timeout": 5,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 20_000,
        },
        "TEST": {"NAME": f"test_zhibu_{TEST_DATABASE}"},
    }
elif _url.scheme in {"", "sqlite"}:
    _database = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": unquote(_url.path[1:]) if _url.path else VAR / "zhibu.sqlite3",
        # IMMEDIATE: two writers wait for each other instead of one failing half-way. FULL: the file of heads
        # never knows of a record lost in a power cut. No temp_store=MEMORY: each insert under a trigger would
        # walk all that its transaction changed (4.5 ms instead of 0.13 in a large one).
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": LOCK_SECONDS,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000; PRAGMA recursive_triggers=ON;",
        },
    }
else:
    raise env.SettingError(f"DATABASE_URL: unknown scheme {_url.scheme!r}")
DATABASES = {"default": _database}
BACKUP_PASSPHRASE = env.text(
    "ZHIBU_BACKUP_PASSPHRASE",
    "",
    "Seals the keys inside a backup; at least 12 characters. Empty: backups hold no keys.",
)
BACKUP_DAYS = env.number(
    "ZHIBU_BACKUP_DAYS", 2, "Days after which the last backup counts as too old; 0 asks for none."
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "zhibu.core.steady_cache.SteadyCache", "LOCATION": "zhibu_cache"}}

INSTALLED_APPS = [
    "zhibu.core",
    "zhibu.audit",
    "zhibu.ui",
    "zhibu.jobs",
    "zhibu.imports",
    "zhibu.printing",
    "zhibu.rulebook",
    "zhibu.organizations",
    "zhibu.accounts",
    "zhibu.members",
    "zhibu.certificates",
    "zhibu.dues",
    "zhibu.points",
    "zhibu.meetings",
    "zhibu.education",
    "zhibu.mobility",
    "zhibu.conduct",
    "zhibu.months",
    "zhibu.inspections",
    "zhibu.accountability",
    "zhibu.reviews",
    "zhibu.reorganizations",
    "zhibu.insights",
    "zhibu.demo",
    "zhibu.config",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "django_vite",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "zhibu.config.middleware.request_log",
    "zhibu.config.middleware.proxies",
    "zhibu.config.uploads.body_limits",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "zhibu.config.middleware.no_store",
    "zhibu.config.middleware.compression",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "zhibu.accounts.middleware.scope",
    "zhibu.config.trail.trail",
    "zhibu.config.middleware.gates",
    "zhibu.config.middleware.refusals",
]

ROOT_URLCONF = "zhibu.config.urls"
WSGI_APPLICATION = "zhibu.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "zhibu.config.context.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "zhibu.ui.templatetags.ui",
                "template_partials.templatetags.partials",
            ],
        },
    },
]

# --- language and time -------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

# --- sign-in -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "zhibu.accounts.passwords.UnlikePersonValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "zhibu.accounts.passwords.CharacterClassesValidator"},
    {"NAME": "zhibu.accounts.passwords.HistoryValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "insights:home"
ACCOUNT_ADAPTER = "zhibu.accounts.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    # Wrong codes of the second factor; wrong passwords are counted by zhibu.accounts (five lock the account).
    "login_failed": "5/30m/key",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
ACCOUNT_PREVENT_ENUMERATION = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "zhibu.accounts.adapter.SecondFactorAdapter"
ADMINISTRATORS_NEED_TOTP = env.flag(
    "ZHIBU_ADMIN_TOTP",
    default=False,
    meaning="The three administrators must set up two-step sign-in (TOTP) before anything else.",
)
SESSION_IDLE_MINUTES = env.number(
    "ZHIBU_IDLE_MINUTES", 15, "Minutes without a click after which a person is signed out."
)
SESSION_COOKIE_AGE = SESSION_IDLE_MINUTES * 60
SESSION_ABSOLUTE_HOURS = env.number(
    "ZHIBU_SESSION_HOURS", 8, "Hours after which a person signs in again in any case."
)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_ENGINE = "zhibu.core.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = SECURE_TRANSPORT
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = SECURE_TRANSPORT
CSRF_FAILURE_VIEW = "zhibu.ui.views.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- headers -----------------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_TRANSPORT else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE_TRANSPORT else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

# --- files -------------------------------------------------------------------------------------
STATIC_URL = "/static/"
# No collected copy: WhiteNoise serves the apps' own files, and the build's compressed ones beside them.
STATIC_ROOT = None
STATICFILES_DIRS = [("app", PACKAGE / "static")]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR / "files"},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/app/assets/.+-[A-Za-z0-9_-]{8}\.\w+$"
DJANGO_VITE = {
    "default": {
        "dev_mode": False,
        "manifest_path": PACKAGE / "static" / "manifest.json",
        "static_url_prefix": "app",
    }
}
FONT_FOLDER = PACKAGE / "printing" / "fonts"
WEB_THREADS = env.number("ZHIBU_THREADS", 4, "Requests that one web process works on at once.")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None
UPLOAD_LIMIT = env.number("ZHIBU_UPLOAD_MB", 30, "Largest spreadsheet accepted, in megabytes.") * 1024 * 1024

# --- long work ---------------------------------------------------------------------------------
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request": {"()": "zhibu.config.logs.RequestFilter"}},
    "formatters": {"json": {"()": "zhibu.config.logs.Formatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["request"]}},
    "root": {
        "handlers": ["stderr"],
        "level": env.text("ZHIBU_LOG_LEVEL", "WARNING", "Least severe level that is written to the log."),
    },
    "loggers": {
        "zhibu": {"level": "INFO", "propagate": True},
        # Django's own request log repeats addresses; ours has method, route, status and time only.
        "django.request": {"level": "CRITICAL"},
        "django.security": {"level": "ERROR"},
    },
}
