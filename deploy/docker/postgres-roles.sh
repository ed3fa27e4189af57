#!/bin/sh
# Runs once, when the database is made: a role and a schema of its own for each service.
set -eu

for service in intake notifier; do
    case $service in
        intake) password=$OMBUD_INTAKE_PASSWORD ;;
        notifier) password=$OMBUD_NOTIFIER_PASSWORD ;;
    esac
    psql -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" -d "$POSTGRES_DB" \
        -v role="$service" -v password="$password" <<'SQL'
CREATE ROLE :"role" LOGIN PASSWORD :'password';
ALTER ROLE :"role" SET search_path = :"role";
CREATE SCHEMA :"role" AUTHORIZATION :"role";
REVOKE ALL ON SCHEMA public FROM PUBLIC;
SQL
done
