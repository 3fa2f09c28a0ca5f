#!/bin/sh
# Runs the commands that a page of docs/formats tells its reader to run, as they stand there: a page
# whose commands do not work is wrong.
#
#   run_documented_commands.sh docs/formats/checkpoint.md docs/formats/vectors/checkpoint
set -eu
page=$(realpath "$1")
folder=$2
commands=$(sed -n '/^```sh$/,/^```$/p' "$page" | grep -v '^```')
test -n "$commands" || { echo "no commands in $page" >&2; exit 1; }
cd "$folder"
printf 'set -eu\n%s\n' "$commands" | sh
