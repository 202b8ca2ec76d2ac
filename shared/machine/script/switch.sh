# shellcheck shell=bash
# switch.sh: a component is switched from one bundle to another. A journal on the disk says so before anything stops: whatever
# happens then, the link names the old bundle or the new one, both are whole, and the next boot ends what was begun.

# point NAME: a place where a crash matters
point() { echo "# point $1"; }

# switch: done when the component runs by the bundle and is ready. One that is not ready goes back to what it ran by.
# arguments: component, bundle
switch() {
  local component bundle changed=no
  component=$(matching "$1" component)
  bundle=$(matching "$1" bundle)
  hold_bundles
  if ! bundle_of "$component" > /dev/null; then echo "this machine has no $component" >&2; return 1; fi
  if ! is_intact "$store/bundles/$bundle" "$component"; then echo "$bundle is not staged whole" >&2; return 1; fi
  if runs_the_same_by "$component" "$bundle"; then
    [ "$(bundle_of "$component")" = "$bundle" ] || point_to "$component" "$bundle"
  else
    exchange "$component" "$bundle"
    changed=yes
  fi
  result "$1" component "$component"
  result "$1" bundle "$bundle"
  result "$1" changed "$changed"
}

# runs_the_same_by COMPONENT BUNDLE: it runs already by files that are the same in both bundles, and is ready
runs_the_same_by() {
  [ "$(tree "$store/bundles/$(bundle_of "$1")" "$1")" = "$(tree "$store/bundles/$2" "$1")" ] &&
    is_as_staged "$1" && is_serving "$1"
}

# exchange COMPONENT BUNDLE: everything that can be refused is refused before the journal is written
exchange() {
  local from
  from=$(journal "$1" FROM)
  from=${from:-$(bundle_of "$1")}
  case $1 in
    kube-apiserver) lint_api_server "$store/bundles/$2" ;;
    etcd) require_healthy_members ;;
  esac
  open_journal "$1" "$from" "$2"
  point journal-written
  [ "$1" = machine ] || systemctl stop "$1.service"
  point stopped
  point_to "$1" "$2"
  point linked
  bring_up "$1" "$(seconds_to_start "$1")"
}

# bring_up COMPONENT SECONDS: starts it, and is done when it is ready. One whose switch is not over and that is not ready in its
# time goes back: then $ended is back, and otherwise ready or dead.
bring_up() {
  ended=dead
  start "$1"
  point started
  if becomes_ready "$1" "$2"; then
    point ready
    close_journal "$1"
    ended=ready
    return
  fi
  if is_switching "$1"; then go_back "$1" "$2"; fi
  return 1
}

# go_back COMPONENT SECONDS: done when it is ready by the bundle that it ran by before
go_back() {
  local failed from words
  failed=$(bundle_of "$1")
  from=$(journal "$1" FROM)
  words=$(said_last "$1")
  [ "$1" = machine ] || systemctl stop "$1.service"
  point_to "$1" "$from"
  start "$1"
  if becomes_ready "$1" "$(seconds_to_start "$1")"; then
    close_journal "$1"
    ended=back
    echo "SwitchFailed: $1 by $failed was not ready within $2 s, $from runs again: $words" >&2
  else
    echo "SwitchFailed: $1 by $failed was not ready within $2 s, nor is $from: $words" >&2
  fi
}

# bring_up_at_boot COMPONENT SECONDS: as bring_up; going back is as good as being ready, and a switch that was cut has less time
bring_up_at_boot() {
  local seconds=$2
  if is_switching "$1"; then seconds=$(seconds_to_start "$1"); fi
  bring_up "$1" "$seconds" || [ "$ended" = back ]
}

start() {
  if [ "$1" = machine ]; then place_files; else place_units; fi
  systemctl daemon-reload
  [ "$1" = machine ] || systemctl start --no-block "$1.service"
}

seconds_to_start() { if [ "$1" = etcd ]; then echo 300; else echo 120; fi; }

# becomes_ready COMPONENT SECONDS: the machine's own part is ready when its own script has prepared the machine by it
becomes_ready() {
  if [ "$1" = machine ]; then "$store/current/machine/bin/kubestep-node" prepare; else within "$2" serves_steadily "$1" 2> /dev/null; fi
}

# serves_steadily COMPONENT: one that is about to end may still answer once
serves_steadily() {
  local process
  process=$(main_process "$1")
  is_serving "$1" || return
  # Those say themselves when they are ready, and have everything they need by then.
  case $1 in etcd | kube-apiserver) return ;; esac
  sleep 2
  [ "$(main_process "$1")" = "$process" ] && is_serving "$1"
}

is_serving() {
  case $1 in
    machine) files_are_placed ;;
    etcd) members https://127.0.0.1:2379 etcdctl endpoint health ;;
    kube-apiserver) curl -sf -m 5 --cacert /etc/kubernetes/pki/kubernetes-ca.crt "$(setting API_SERVER)/readyz" ;;
    # Their certificates are their own, and they listen on this machine alone.
    kube-controller-manager) curl -skf -m 5 https://127.0.0.1:10257/healthz ;;
    kube-scheduler) curl -skf -m 5 https://127.0.0.1:10259/healthz ;;
    containerd) systemctl is-active --quiet containerd.service && timeout 5 ctr version ;;
    kubelet) curl -sf -m 5 http://127.0.0.1:10248/healthz ;;
    kube-proxy) curl -sf -m 5 http://127.0.0.1:10256/livez ;;
  esac > /dev/null
}

# said_last COMPONENT: its own last words
said_last() {
  if [ "$1" != machine ]; then said_by "_SYSTEMD_UNIT=$1.service"; fi
}

said_by() { journalctl "$1" --lines 3 --output cat --no-pager | cut -c 1-200 | paste -s -d ' '; }

# require_healthy_members: a member that stops must not be the second
require_healthy_members() {
  members "$(setting MEMBERS)" etcdctl endpoint health > /dev/null ||
    { echo "not every member of etcd is healthy: nothing was touched" >&2; return 1; }
}

# lint_api_server BUNDLE-FOLDER: runs it as it would be run, against an etcd that is not there and on a spare port. Flags, gates and
# files that it does not take end it within a second; otherwise it waits for etcd.
lint_api_server() {
  local unit=kube-apiserver-lint.service looks=0
  sed -e "s|$store/current/kube-apiserver/|$1/kube-apiserver/|g" -e 's|--etcd-servers=[^ ]*|--etcd-servers=https://127.0.0.1:1|' \
    -e 's|--secure-port=[0-9]*|--secure-port=6444|' -e 's|--bind-address=[0-9.]*|--bind-address=127.0.0.1|' \
    -e 's|--audit-log-path=[^ ]*|--audit-log-path=-|' -e 's|^Type=.*|Type=exec|' -e 's|^Restart=.*|Restart=no\nKillSignal=SIGKILL|' \
    "$1/kube-apiserver/kube-apiserver.service" > "/run/systemd/system/$unit"
  systemctl daemon-reload
  systemctl start "$unit" || true
  while ((looks < 8)) && systemctl is-active --quiet "$unit"; do
    sleep 0.5
    looks=$((looks + 1))
  done
  if ((looks < 8)); then
    echo "kube-apiserver does not start like this, and nothing was touched: $(said_by "_SYSTEMD_INVOCATION_ID=$(systemctl show --property InvocationID --value "$unit")")" >&2
  fi
  systemctl stop "$unit"
  systemctl reset-failed "$unit" 2> /dev/null || true
  rm "/run/systemd/system/$unit"
  systemctl daemon-reload
  ((looks == 8))
}

# open_journal COMPONENT FROM TO: on the disk before anything stops
open_journal() {
  mkdir -p "$store/switching"
  printf 'FROM=%s\nTO=%s\n' "$2" "$3" > "$store/switching.new"
  sync "$store/switching.new"
  mv "$store/switching.new" "$store/switching/$1"
  sync "$store/switching"
}

# journal COMPONENT FROM|TO: nothing when no switch of it is on its way
journal() { if is_switching "$1"; then sed -n "s/^$2=//p" "$store/switching/$1"; fi; }

is_switching() { [ -f "$store/switching/$1" ]; }

close_journal() {
  is_switching "$1" || return 0
  rm "$store/switching/$1"
  sync "$store/switching"
}
