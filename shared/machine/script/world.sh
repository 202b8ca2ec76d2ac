# shellcheck shell=bash
# world.sh: how the script looks at the world, waits for it and speaks of it.

# Settings are looked up, never run.
setting() { sed -n "s/^$1=//p" /etc/kubestep/settings; }

runs() { [[ " $(setting RUNS) " == *" $1 "* ]]; }

# within SECONDS COMMAND...: done when the command succeeds, failed when it has not until then
within() {
  local seconds=$1 deadline=$((SECONDS + $1)) complain_at=$((SECONDS + 60))
  shift
  until "$@" > /dev/null 2>&1; do
    if ((SECONDS >= deadline)); then
      echo "not within $seconds s: $*" >&2
      return 1
    fi
    if ((SECONDS >= complain_at)); then
      complain
      complain_at=$((SECONDS + 60))
    fi
    sleep 2
  done
}

# complain: reports what a phase waits for while it waits; it may still be done
complain() {
  local words
  [ -n "${current_phase:-}" ] || return 0
  words=$(last_words)
  [ -z "$words" ] || report "$current_phase" waiting "$words"
}

# said TEXT: the text as it may be in JSON
said() { tr -c '[:alnum:] ./:_,=()-' ' ' <<< "$1" | cut -c 1-900 | sed 's/ *$//'; }

# send_report JSON-MEMBERS CURL-ARGUMENTS...: a report about this machine
send_report() {
  local members=$1 body status=0
  shift
  body=$(mktemp)
  printf '{%s}\n' "$members" > "$body"
  signed execute-api "$@" -o /dev/null -H 'content-type: application/json' --data-binary "@$body" \
    "$(setting NODE_API)/node/report" || status=$?
  rm -f "$body"
  return "$status"
}

# report PHASE OUTCOME TEXT: a machine that comes back while the Node API does not answer works all the same. What was not
# heard is in $unheard, and is reported again when the boot unit starts again.
unheard=/run/kubestep/unheard
report() {
  send_report "\"phase\":\"$1\",\"outcome\":\"$2\",\"message\":\"$(said "${3:-}")\"" -m 20 --retry-max-time 30 ||
    echo "$1 $2" >> "$unheard"
}

# apart COMMAND...: runs it in a shell of its own that ends at the first failure. How it went is in $status: as part of a
# condition, bash would continue after failures.
apart() {
  set +e
  (
    set -e
    "$@"
  )
  status=$?
  set -e
}

# attempt COMMAND...: as apart, and what it complained of is in $complaint
complaint=/run/kubestep/complaint
attempt() {
  apart "$@" 2> "$complaint"
  cat "$complaint" >&2
}

# once NAME COMMAND...: runs it once a boot
once() {
  local done=/run/kubestep/once-$1
  shift
  [ -e "$done" ] || "$@"
  touch "$done"
}

# last_words: what components said last that have failed, or were started again more than once. One that waits for others of
# its kind while it starts, as etcd does, is well.
last_words() {
  local unit restarts
  for unit in etcd kube-apiserver kube-controller-manager kube-scheduler containerd kubelet kube-proxy; do
    restarts=$(systemctl show --property NRestarts --value "$unit.service")
    if ((${restarts:-0} < 2)) && ! systemctl is-failed --quiet "$unit.service"; then continue; fi
    echo "$unit: $(journalctl --unit "$unit.service" --lines 4 --output cat --no-pager | cut -c 1-200 | paste -s -d ' ')"
  done
}

# phase NAME COMMAND...: reports how it went; a machine that failed begins again when its unit is restarted
phase() {
  local name=$1 current_phase=$1
  shift
  attempt "$@"
  if [ "$status" -ne 0 ]; then
    report "$name" failed "$(tail -n 3 "$complaint") $(last_words)"
    exit 1
  fi
  report "$name" "done"
}

# fetch_asset SHA256 FILE: a pinned file of the deployment's bucket
fetch_asset() {
  local bucket url empty=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
  bucket=$(setting BUCKET)
  url="https://$bucket.s3.$(setting REGION).amazonaws.com"
  if [ -n "${AWS_ENDPOINT_URL_S3:-}" ]; then url="$AWS_ENDPOINT_URL_S3/$bucket"; fi
  signed s3 -H "x-amz-content-sha256: $empty" -o "$2" "$url/assets/sha256/$1"
  if ! echo "$1  $2" | sha256sum --check --status; then
    rm -f "$2"
    echo "asset $1 is not what was pinned" >&2
    return 1
  fi
}
