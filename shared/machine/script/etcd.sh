# shellcheck shell=bash
# etcd.sh: the etcd member of this slot.

# The user's number is the same on every image: data outlives the machine that wrote it. No distribution gives this one away
# (systemd's "Users, Groups, UIDs and GIDs": 60578 to 61183 are unused).
etcd_number=61000

# ensure_etcd_user: done when etcd has its own user with that number
ensure_etcd_user() {
  runs etcd || return 0
  if ! getent group etcd > /dev/null; then groupadd --gid "$etcd_number" etcd; fi
  if ! getent passwd etcd > /dev/null; then
    useradd --uid "$etcd_number" --gid etcd --no-create-home --shell /sbin/nologin etcd
  fi
  [ "$(id -u etcd) $(id -g etcd)" = "$etcd_number $etcd_number" ] && return
  echo "the image has a user etcd of its own, $(id etcd): it needs the number $etcd_number" >&2
  return 1
}

# etcd reads its files as its own user.
own_by_etcd() {
  runs etcd || return 0
  ensure_etcd_user
  chown -R etcd:etcd /etc/etcd/pki
}

# start_etcd: done when this member answers with the agreement of the others
start_etcd() {
  ensure_etcd_user
  mount_data
  require_own_marker
  prepare_data
  bring_up_at_boot etcd 900
}

data=/var/lib/etcd/data

# prepare_data: done when etcd has its directory, and knows whether it begins a cluster
prepare_data() {
  # etcd ignores the state of a cluster that it has a log of.
  local state=existing
  if ! has_log; then
    ask_start
    if [ "$start" = new ]; then state=new; fi
  fi
  if [ -L "$data" ]; then
    echo "$data is a link" >&2
    return 1
  fi
  mkdir -p "$data"
  chmod 0700 "$data"
  # Whatever an older machine with another number has left.
  find "$data" ! -user etcd -exec chown --no-dereference etcd:etcd {} +
  echo "INITIAL_CLUSTER_STATE=$state" > /run/kubestep/etcd.env
}

# has_log: whether a member has lived here, as etcd itself decides it
has_log() { compgen -G "$data/member/wal/*.wal" > /dev/null; }

# ask_start: how a member without data starts, in $start. A member whose cluster has begun must not come back empty: it might
# vote for a history without what it had acknowledged. Only the Node API knows whether the cluster has begun.
ask_start() {
  local answer
  [ -z "${start:-}" ] || return 0
  answer=$(mktemp)
  signed execute-api -o "$answer" "$(setting NODE_API)/node/etcd"
  start=$(text_of "$(< "$answer")" start)
  rm -f "$answer"
  case $start in
    new | existing | learner) ;;
    *)
      echo "EtcdVolumeEmpty: $(setting VOLUME_ID) of $(setting MACHINE) holds no data, and its cluster has begun (${start:-no answer}). Replace the slot, or restore a backup." >&2
      return 1
      ;;
  esac
}

# members ENDPOINTS COMMAND...: as one who may ask etcd, with what this machine has for that
members() {
  local endpoints=$1 folder=/etc/etcd/pki name=etcd-healthcheck-client
  shift
  if ! runs etcd; then folder=/etc/kubernetes/pki name=kube-apiserver-etcd-client; fi
  ETCDCTL_ENDPOINTS=$endpoints ETCDCTL_CACERT=$folder/etcd-ca.crt ETCDCTL_CERT=$folder/$name.crt ETCDCTL_KEY=$folder/$name.key "$@"
}
