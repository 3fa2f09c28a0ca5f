# An invented case at a hub of its own, for whoever prints it: a request with a checklist and an attached
# document, taken by the other side; a referral in Thai; a practice note that the checklist cites.
#
#   source tests/support/hub.sh; source tests/interop/printouts/case.sh
#   print_case FOLDER     plays it, working in FOLDER; sets request, referral, document
#   print_all LANGUAGE    prints its six pages into that folder: LANGUAGE-timeline.html ...
print_case() {
  local acts="$HUB_ROOT/tests/interop/printouts/acts"
  cd "$1"
  hub_start pt-pgr co-fgn
  printf '%%PDF-1.4 an invented letter' >letter.pdf
  cp "$acts"/*.toml .
  head -c 2500000 /dev/urandom >exhibit.bin
  hub_cli co-fgn -q guidance sign note.toml --out note.bin
  hub_operator -q guidance publish note.bin
  request=$(hub_cli pt-pgr -q -o name act send request.toml)
  referral=$(hub_cli pt-pgr -q -o name act send referral.toml)
  hub_cli pt-pgr -q act send exhibit.bin --to co-fgn --subject "Exhibit" --measure OTHER >sent.txt
  hub_cli co-fgn -q inbox watch --limit 3 --idle 10 --save taken >taken.txt
  local with_document
  with_document=$(hub_cli co-fgn -q -o json inbox list |
    python3 -c 'import json, sys; [one] = [a["act"] for a in json.load(sys.stdin) if a["documents"]]; print(one)')
  document=$(hub_cli co-fgn -q -o json document list "$with_document" |
    python3 -c 'import json, sys; print(json.load(sys.stdin)[0]["document"])')
  for one in "$request" "$referral"; do hub_cli pt-pgr -q receipt list "$one" >/dev/null; done
  receipt=$(find "$HUB/pki/authorities/pt-pgr" -name '*CONTENT_HANDOVER-*.receipt' | sort | head -n 1)
}

print_all() {
  local language=$1
  hub_cli pt-pgr -q --language "$language" case print "$request" --out "$language-timeline.html"
  hub_cli pt-pgr -q --language "$language" receipt print "$receipt" --out "$language-receipt.html"
  hub_cli co-fgn -q --language "$language" act print "$request" --out "$language-act.html"
  hub_cli co-fgn -q --language "$language" act print "$request" --checklist --out "$language-checklist.html"
  hub_cli co-fgn -q --language "$language" act print "$referral" --out "$language-referral.html"
  hub_cli co-fgn -q --language "$language" document print "$document" --out "$language-custody.html"
}
