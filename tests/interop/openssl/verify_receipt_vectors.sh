#!/bin/bash
# Runs deploy/verify-receipt-with-openssl on every committed receipt: good ones verify, and the bad ones
# are refused. The script does not check the grammar of the evidence (the log commits to every byte of
# it), so every bad vector must fail for another reason too.
set -euo pipefail
root=$(dirname "$(realpath "$0")")/../../..
vectors=$root/docs/formats/vectors/receipt
passed=0 failed=0
while IFS=$'\t' read -r file verdict why; do
  if "$root/deploy/verify-receipt-with-openssl" "$vectors/$file" "$vectors/log-keys.txt" > /dev/null 2>&1
  then got=good; else got=bad; fi
  if [ "$got" = "$verdict" ]; then passed=$((passed + 1)); else
    failed=$((failed + 1)); echo "$file: $got, expected $verdict ($why)"; fi
done < "$vectors/cases.tsv"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
