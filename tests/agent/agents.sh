# Agents of a script test, each a process of its own beside the hub of tests/support/hub.sh:
#
#   agent_settle pt-pgr 'listen = "127.0.0.1:7000"'    writes [agent] into its profile
#   agent_start pt-pgr; agent_stop pt-pgr; agent_kill pt-pgr
#   agent_call pt-pgr Send '{...}'                     a call by its socket; JSON
#   got PATH                                           of the last JSON line in $out: status.state
#   reaches STATE pt-pgr ID                            waits until an act stands so
#
# Sourced after hub.sh and expect.sh, which give HUB, out and err.

declare -A AGENT_PID=()

agent_state() { echo "$HUB/pki/authorities/$1/state"; }
agent_socket() { echo "$(agent_state "$1")/agent/socket"; }
agent_settle() {
  printf '%s\n' "" "[agent]" "${@:2}" >>"$(hub_profile "$1")"
}
# Waits until it serves.
agent_start() {
  : >"$HUB/$1.agent.log"
  "$HUB_BIN/rogatoria" --profile "$(hub_profile "$1")" agent run 2>>"$HUB/$1.agent.log" &
  AGENT_PID[$1]=$!
  agent_await "$1"
}
agent_await() {
  for _ in $(seq 400); do
    grep -q ' serving ' "$HUB/$1.agent.log" && return 0
    kill -0 "${AGENT_PID[$1]}" 2>/dev/null || break
    sleep 0.05
  done
  cat "$HUB/$1.agent.log" >&2
  return 1
}
agent_stop() {
  local code=0
  kill -TERM "${AGENT_PID[$1]}"
  wait "${AGENT_PID[$1]}" || code=$?
  unset "AGENT_PID[$1]"
  return "$code"
}
agent_kill() {
  kill -9 "${AGENT_PID[$1]}" 2>/dev/null || true
  wait "${AGENT_PID[$1]}" 2>/dev/null || true
  unset "AGENT_PID[$1]"
}
agents_clean() {
  local name
  for name in "${!AGENT_PID[@]}"; do agent_kill "$name"; done
  hub_clean
}
trap agents_clean EXIT

agent_call() { "$HUB_BIN/agent_call" "unix:$(agent_socket "$1")" "${@:2}"; }

# A member of the last line of JSON that was printed, by its path: acts.0.kind; empty when it is not there.
got() {
  python3 - "$out" "$1" <<'PY'
import json, sys

lines = open(sys.argv[1]).read().splitlines()
value = json.loads(lines[-1]) if lines else {}
for step in sys.argv[2].split("."):
    if isinstance(value, list):
        value = value[int(step)] if int(step) < len(value) else ""
    else:
        value = value.get(step, "") if isinstance(value, dict) else ""
print(value if isinstance(value, str) else json.dumps(value))
PY
}
is() { check "$1: $2 is '$3', but '$(got "$2")'" test "$(got "$2")" = "$3"; }

# How an act of ours stands: GetStatus, its own or an ended one.
standing() {
  agent_call "$1" GetStatus '{"ended_days": 2}' | python3 -c '
import json, sys
for act in json.load(sys.stdin).get("acts", []):
    if act["request_id"] == sys.argv[1]: print(act["state"].removeprefix("ACT_STATE_"))' "$2"
}
reaches() {
  local state=""
  for _ in $(seq 300); do
    state="$(standing "$2" "$3")"
    [ "$state" = "$1" ] && { good; return; }
    sleep 0.1
  done
  bad "$3 stands as '$state', not $1"
}
uuid() { cat /proc/sys/kernel/random/uuid; }
