"""What stands in for which image, from its name alone. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass

_NAME = re.compile(r"^(?:[a-z0-9.-]+\.[a-z]+/)?(?:library/)?([a-z]+)(?::([\w.-]+))?$")
_VERSION = re.compile(r"^v?(\d+(?:\.\d+)*)")
_SUITES = ("bookworm", "trixie", "sid")
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """An image made of Debian's packages.

    `package` is the one whose version is asked for: the first of `suites` that has `version` (or
    else a newer one, unless `exact`) gives all `packages`. `script` runs once as root inside,
    `changes` are Dockerfile instructions for the result. `texts` are files that it holds.
    """

    name: str
    package: str
    version: str
    packages: tuple[str, ...]
    suites: tuple[str, ...] = _SUITES
    exact: bool = False
    before: str = ""
    script: str = ""
    changes: tuple[str, ...] = ()
    texts: tuple[tuple[str, str], ...] = ()


def find(reference: str) -> Recipe | None:
    """What stands in for an image, or None where nothing does."""
    match = _NAME.match(reference)
    if match is None or match[1] not in _MAKERS:
        return None
    return _MAKERS[match[1]](match[2] or "latest")


def _version(tag: str) -> str:
    match = _VERSION.match(tag)
    return match[1] if match else ""


# As in the official image: a service whose package is installed is not started by that.
_NO_START = ("usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n")


def _debian(tag: str) -> Recipe | None:
    suite = tag.removesuffix("-slim")
    numbers = {"12": "bookworm", "13": "trixie", "stable": "trixie", "latest": "trixie"}
    suite = numbers.get(suite.partition(".")[0], suite)
    if suite not in _SUITES:
        return None
    return Recipe(
        name="debian",
        package="base-files",
        version="",
        packages=(),
        suites=(suite,),
        texts=(_NO_START,),
        changes=('CMD ["bash"]',),
    )


def _python(tag: str) -> Recipe | None:
    version = ".".join(_version(tag).split(".")[:2])
    if "." not in version:
        return None
    return Recipe(
        name="python",
        package=f"python{version}",
        version=version,
        exact=True,
        packages=(f"python{version}", f"python{version}-venv", "python3-pip", "netbase", "tzdata"),
        # In a container nothing but the user's program needs this Python: pip may write to it.
        script=(
            f"ln -sf /usr/bin/python{version} /usr/local/bin/python3;"
            " ln -sf python3 /usr/local/bin/python;"
            " rm -f /usr/lib/python3*/EXTERNALLY-MANAGED"
        ),
        changes=('CMD ["python3"]', "ENV LANG=C.UTF-8"),
    )


def _nginx(tag: str) -> Recipe:
    return Recipe(
        name="nginx",
        package="nginx",
        version=_version(tag),
        packages=("nginx", "wget"),
        script=(
            "echo 'nginx:x:901:901:nginx:/nonexistent:/usr/sbin/nologin' >>/etc/passwd;"
            " echo 'nginx:x:901:' >>/etc/group;"
            " mkdir -p /var/cache/nginx; chown nginx /var/cache/nginx;"
            " ln -sf /dev/stdout /var/log/nginx/access.log;"
            " ln -sf /dev/stderr /var/log/nginx/error.log;"
            " sed -i 's/^user .*/user nginx;/' /etc/nginx/nginx.conf"
        ),
        changes=("STOPSIGNAL SIGQUIT", "EXPOSE 80", 'CMD ["nginx", "-g", "daemon off;"]'),
    )


def _redis(tag: str) -> Recipe:
    return Recipe(
        name="redis",
        package="redis-server",
        version=_version(tag),
        packages=("redis-server", "redis-tools"),
        script="mkdir -p /data; chown redis:redis /data",
        changes=("WORKDIR /data", "EXPOSE 6379", "USER redis", 'CMD ["redis-server"]'),
    )


_POSTGRES_START = """\
#!/bin/sh
# Stands in for the start of the official image: a cluster at the first start, then the server.
set -eu
[ "$#" -gt 0 ] || set -- postgres
case $1 in -*) set -- postgres "$@" ;; esac
if [ "$1" = postgres ] && [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA" && chown -R postgres "$PGDATA" && chmod 700 "$PGDATA"
  exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi
if [ "$1" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then
  user=${POSTGRES_USER:-postgres}
  password=${POSTGRES_PASSWORD:-}
  [ -z "${POSTGRES_PASSWORD_FILE:-}" ] || password=$(cat "$POSTGRES_PASSWORD_FILE")
  if [ -z "$password" ] && [ "${POSTGRES_HOST_AUTH_METHOD:-}" != trust ]; then
    echo "POSTGRES_PASSWORD is not set" >&2
    exit 1
  fi
  method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
  secret=$(mktemp)
  printf '%s\\n' "${password:-none}" >"$secret"
  initdb --pgdata="$PGDATA" --username="$user" --pwfile="$secret" --auth-local=trust \\
    --auth-host="$method" --encoding=UTF8 --locale=C.UTF-8
  rm -f "$secret"
  echo "host all all all $method" >>"$PGDATA/pg_hba.conf"
  echo "listen_addresses = '*'" >>"$PGDATA/postgresql.conf"
  pg_ctl -D "$PGDATA" -w -o "-c listen_addresses=''" start
  database=${POSTGRES_DB:-$user}
  [ "$database" = postgres ] ||
    psql -v ON_ERROR_STOP=1 -U "$user" -d postgres -c "CREATE DATABASE \\"$database\\""
  for file in /docker-entrypoint-initdb.d/*; do
    case $file in
      *.sql) psql -v ON_ERROR_STOP=1 -U "$user" -d "$database" -f "$file" ;;
      *.sh) . "$file" ;;
    esac
  done
  pg_ctl -D "$PGDATA" -m fast -w stop
fi
exec "$@"
"""


def _postgres(tag: str) -> Recipe | None:
    major = _version(tag).partition(".")[0]
    if not major:
        return None
    return Recipe(
        name="postgres",
        package=f"postgresql-{major}",
        version=major,
        exact=True,
        packages=(f"postgresql-{major}",),
        before=(
            "mkdir -p /etc/postgresql-common;"
            " echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf"
        ),
        script=(
            "mkdir -p /var/lib/postgresql/data /docker-entrypoint-initdb.d /var/run/postgresql;"
            " chown postgres:postgres /var/lib/postgresql/data /var/run/postgresql;"
            " chmod 700 /var/lib/postgresql/data; chmod 3777 /var/run/postgresql"
        ),
        texts=(("usr/local/bin/docker-entrypoint.sh", _POSTGRES_START),),
        changes=(
            f"ENV PATH=/usr/lib/postgresql/{major}/bin:{_PATH}",
            "ENV PGDATA=/var/lib/postgresql/data",
            "ENV LANG=C.UTF-8",
            "VOLUME /var/lib/postgresql/data",
            "STOPSIGNAL SIGINT",
            "EXPOSE 5432",
            'ENTRYPOINT ["docker-entrypoint.sh"]',
            'CMD ["postgres"]',
        ),
    )


_MAKERS: dict[str, Callable[[str], Recipe | None]] = {
    "debian": _debian,
    "python": _python,
    "nginx": _nginx,
    "redis": _redis,
    "postgres": _postgres,
}
