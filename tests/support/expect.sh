# Expectations of scripts that run programs: counted, and what failed shown with the program's output.
#
#   out=FILE err=FILE; source tests/support/expect.sh    where output is kept
#   expect 78 "a broken file" rogatoriad --check-config broken.toml    runs it; holds its exit code
#   shows "TEXT"; says "TEXT"                  in the standard output, in the standard error of that
#   member NAME                                of the JSON object that it printed
#   check "NAME" COMMAND...                    a condition; leaves what was kept alone
#   expect_sum                                 the last line; fails when something failed

expected_passed=0
expected_failed=0
expected_name=""

good() { expected_passed=$((expected_passed + 1)); }
bad() {
  expected_failed=$((expected_failed + 1))
  printf 'FAILED  %s\n' "$1"
  sed 's/^/        /' "$out" "$err" 2>/dev/null | tail -n 15
}
expect() {
  local wanted=$1 code=0
  expected_name=$2
  "${@:3}" >"$out" 2>"$err" || code=$?
  if ((code == wanted)); then good; else bad "$expected_name: exit code $code, not $wanted"; fi
}
shows() { if grep -qF -- "$1" "$out"; then good; else bad "$expected_name: does not show: $1"; fi; }
says() { if grep -qF -- "$1" "$err"; then good; else bad "$expected_name: does not say: $1"; fi; }
check() {
  if "${@:2}" >"$out.checked" 2>&1; then good; else bad "$1: $(tail -n 3 "$out.checked")"; fi
}
not() { ! "$@"; }
member() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$out" "$1"; }
expect_sum() {
  printf '%d passed, %d failed\n' "$expected_passed" "$expected_failed"
  ((expected_failed == 0 && expected_passed > 0))
}
