#!/bin/bash
set -euo pipefail

: "${MARIADB_DATABASE:?}" "${MARIADB_USER:?}" "${MARIADB_PASSWORD:?}"

chown mysql:mysql /var/lib/mysql
if [ ! -d /var/lib/mysql/mysql ]; then
  echo "new data directory"
  mariadb-install-db --user=mysql --skip-test-db >/dev/null
fi

# runs at every start, so that a changed password in .env takes effect
umask 077
cat >/run/mysqld/init.sql <<SQL
CREATE DATABASE IF NOT EXISTS \`$MARIADB_DATABASE\`;
CREATE USER IF NOT EXISTS '$MARIADB_USER'@'%';
ALTER USER '$MARIADB_USER'@'%' IDENTIFIED BY '$MARIADB_PASSWORD';
GRANT ALL ON \`$MARIADB_DATABASE\`.* TO '$MARIADB_USER'@'%';
SQL
chown mysql:mysql /run/mysqld/init.sql
exec "$@" --init-file=/run/mysqld/init.sql
