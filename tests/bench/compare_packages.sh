# What the comparison needs from Debian 12 and does not find. Sourced by tests/bench/compare.
#
# The packages of servers start them as services. Here they must not: for the time of the
# installation policy-rc.d says no, and what was not on the machine before is disabled too. A server that
# was there already is left as it is; the comparison never uses it.

COMPARE_PACKAGES=(rabbitmq-server nats-server librabbitmq-dev e2fsprogs python3)
POLICY=/usr/sbin/policy-rc.d

compare_as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

compare_is_installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

compare_install() {
  local missing=() package ours=no
  for package in "${COMPARE_PACKAGES[@]}"; do
    compare_is_installed "$package" || missing+=("$package")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0
  echo "installing ${missing[*]}" >&2
  if [ ! -e "$POLICY" ]; then
    printf '#!/bin/sh\nexit 101\n' | compare_as_root tee "$POLICY" >/dev/null
    compare_as_root chmod 755 "$POLICY"
    ours=yes
  fi
  local code=0
  {
    compare_as_root apt-get update -q
    compare_as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
  } >&2 || code=$?
  [ "$ours" = no ] || compare_as_root rm -f "$POLICY"
  [ "$code" = 0 ] || return "$code"
  for package in rabbitmq-server nats-server; do
    case " ${missing[*]} " in *" $package "*) compare_disable "$package" ;; esac
  done
}

# Not at the next start of the machine either.
compare_disable() {
  command -v systemctl >/dev/null || return 0
  compare_as_root systemctl disable "$1" >&2 || true
}
