# A real hub for a script test: its own folder, keys, ports and process, gone when the script ends.
#
#   source tests/support/hub.sh
#   hub_start pt-pgr co-fgn br-pgr     # authorities that take part, each with a user u1
#   hub_cli pt-pgr case list           # the command line as that authority
#   hub_operator status                # as the operator; hub_officer as the security officer
#   hub_profile pt-pgr                 # path of its profile
#   hub_kill; hub_run                  # kill -9 and start again on the same folder
#
# Needs ROGATORIA_BIN, the folder of the built programs. HUB is the folder, HUB_PID the daemon.

HUB_ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
HUB_BIN="${ROGATORIA_BIN:-$HUB_ROOT/build/dev/bin}"
HUB="$(mktemp -d)"
HUB_PID=""
hub_clean() {
  hub_kill
  rm -rf "$HUB"
}
trap hub_clean EXIT

# A port that nobody listens on now. Two hubs on one machine start their search far apart.
hub_free_port() {
  local port=$((20000 + (RANDOM * 7 + $$) % 12000))
  while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
  echo "$port"
}

hub_profile() { echo "$HUB/pki/authorities/$1/office.toml"; }
hub_cli() {
  local authority=$1
  shift
  "$HUB_BIN/rogatoria" --profile "$(hub_profile "$authority")" "$@"
}
hub_operator() { "$HUB_BIN/rogatoria" --profile "$HUB/pki/operators/op-1/operator.toml" "$@"; }
hub_officer() { "$HUB_BIN/rogatoria" --profile "$HUB/pki/operators/so-1/operator.toml" "$@"; }

# Starts the daemon on the folder and waits until both listeners answer.
hub_run() {
  "$HUB_BIN/rogatoriad" --config "$HUB/pki/rogatoriad.toml" >>"$HUB/daemon.log" 2>&1 &
  HUB_PID=$!
  local port
  for port in "$HUB_PORT" "$HUB_ADMIN_PORT"; do
    for _ in $(seq 200); do
      (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && continue 2
      kill -0 "$HUB_PID" 2>/dev/null || { cat "$HUB/daemon.log" >&2; return 1; }
      sleep 0.05
    done
    echo "the hub did not start" >&2
    cat "$HUB/daemon.log" >&2
    return 1
  done
}

hub_kill() {
  [ -n "$HUB_PID" ] || return 0
  kill -9 "$HUB_PID" 2>/dev/null || true
  wait "$HUB_PID" 2>/dev/null || true
  HUB_PID=""
}

# Stops it as an operator would; its exit code.
hub_stop() {
  local code=0
  kill -TERM "$HUB_PID"
  wait "$HUB_PID" || code=$?
  HUB_PID=""
  return "$code"
}

# Keys, profiles, configuration and directory files; nothing runs yet, so the configuration can be changed.
hub_prepare() {
  HUB_PORT="$(hub_free_port)"
  HUB_ADMIN_PORT="$(hub_free_port)"
  while [ "$HUB_ADMIN_PORT" = "$HUB_PORT" ]; do HUB_ADMIN_PORT="$(hub_free_port)"; done
  "$HUB_BIN/rogatoria" -q pki init "$HUB/pki" --trust-domain rogatoria.example --host 127.0.0.1 \
    --endpoint "127.0.0.1:$HUB_PORT" --admin-endpoint "127.0.0.1:$HUB_ADMIN_PORT" --operator op-1
  local authority
  for authority in "$@"; do
    "$HUB_BIN/rogatoria" -q pki issue "$HUB/pki" --authority "$authority" --user u1
  done
  mkdir "$HUB/directory"
  cp -r "$HUB_ROOT/deploy/example-directory/." "$HUB/directory/"
  cp -r "$HUB/pki/directory/." "$HUB/directory/"
}

# Users u2 and u3 of an authority become its custodians of identity parts. Between hub_prepare and hub_serve.
hub_custodians() { # AUTHORITY
  "$HUB_BIN/rogatoria" -q pki issue "$HUB/pki" --authority "$1" --first-custodian u2 --second-custodian u3
  cp -r "$HUB/pki/directory/." "$HUB/directory/"
}

# Starts it and loads the directory.
hub_serve() {
  hub_run
  hub_operator -q directory load "$HUB/directory" >>"$HUB/load.log" 2>&1 || { cat "$HUB/load.log" >&2; return 1; }
}

hub_start() {
  hub_prepare "$@"
  hub_serve
}
