import { file } from '../template.ts';

/** /usr/local/lib/kubestep/world.sh: how the script looks at the world, waits for it and speaks of it. */
export const world = file`
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

# complain: a component that does not come up is told while there is still time to mend it; the phase may yet be done
complain() {
  local words
  [ -n "\${current_phase:-}" ] || return 0
  words=$(last_words)
  [ -z "$words" ] || report "$current_phase" failed "not yet: $words" || true
}

# said TEXT: the text as it may stand in JSON
said() { tr -c '[:alnum:] ./:_,=()-' ' ' <<< "$1" | cut -c 1-900 | sed 's/ *$//'; }

# tell JSON-MEMBERS: a report about this machine
tell() {
  local body
  body=$(mktemp)
  printf '{%s}\n' "$1" > "$body"
  signed execute-api -o /dev/null -H 'content-type: application/json' --data-binary "@$body" "$(setting NODE_API)/node/report"
  rm -f "$body"
}

report() { tell "\"phase\":\"$1\",\"outcome\":\"$2\",\"message\":\"$(said "\${3:-}")\""; }

# attempt COMMAND...: runs it in a shell of its own that ends at the first failure. How it went is in $status and what it
# complained of in $complaint: as part of a condition, bash would go on after failures.
complaint=/run/kubestep/complaint
attempt() {
  set +e
  (
    set -e
    "$@"
  ) 2> "$complaint"
  status=$?
  set -e
  cat "$complaint" >&2
}

# last_words: what components said last that were started and do not run, or run only since they were started again
last_words() {
  local unit
  for unit in etcd kube-apiserver kube-controller-manager kube-scheduler containerd kubelet kube-proxy; do
    case $(systemctl show --property ActiveState,NRestarts --value "$unit.service" | paste -s -d ' ') in
      'active 0' | '0 active' | 'inactive 0' | '0 inactive') ;;
      *) echo "$unit: $(journalctl --unit "$unit.service" --lines 4 --output cat --no-pager | cut -c 1-200 | paste -s -d ' ')" ;;
    esac
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
  if [ -n "\${AWS_ENDPOINT_URL_S3:-}" ]; then url="$AWS_ENDPOINT_URL_S3/$bucket"; fi
  signed s3 -H "x-amz-content-sha256: $empty" -o "$2" "$url/assets/sha256/$1"
  if ! echo "$1  $2" | sha256sum --check --status; then
    rm -f "$2"
    echo "asset $1 is not what was pinned" >&2
    return 1
  fi
}
`;
