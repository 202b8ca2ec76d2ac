# shellcheck shell=bash
# operations.sh: what is asked of a machine later, by Run Command.

# Why this machine refuses the verb that it was asked for, and whether the verb needs a fence.
refused='' fenced=yes

# operation VERB OPERATION FENCE ARGUMENTS: runs the verb once for each operation id; asked again, it reports the same result.
# ARGUMENTS are lines NAME=value in base64, looked up and never run. A refusal is a report, too: a run that waits hears why.
operation() {
  local verb=$1 id=${2:-} folder=/var/lib/kubestep/operations/${2:-}
  [[ $id =~ ^[A-Za-z0-9-]{1,64}$ ]] || { echo "${refused:-an operation id is needed}" >&2; return 2; }
  mkdir -p "$folder"
  chmod 0700 /var/lib/kubestep/operations
  exec 9> "$folder/lock"
  flock 9
  if [ ! -f "$folder/report" ]; then
    : > "$folder/result"
    heartbeats "$id" 9>&- < /dev/null > /dev/null 2>&1 &
    beating=$!
    # However the script ends, but by SIGKILL: then the heartbeats see for themselves that it is gone.
    trap 'kill "$beating" 2> /dev/null || true' EXIT
    # Its own: another verb may run beside this one.
    complaint=$folder/complaint
    attempt perform "$verb" "$folder" "${3:-}" "${4:-}"
    kill "$beating" 2> /dev/null || true
    if [ "$status" -eq 0 ]; then
      printf '"operationId":"%s","outcome":"done","result":{%s}' "$id" "$(paste -s -d , "$folder/result")" > "$folder/report.new"
    else
      printf '"operationId":"%s","outcome":"failed","message":"%s"' "$id" "$(said "$(tail -n 3 "$complaint")")" > "$folder/report.new"
    fi
    mv "$folder/report.new" "$folder/report"
  fi
  send_report "$(< "$folder/report")"
}

# perform VERB FOLDER FENCE ARGUMENTS: the verb, unless there is a reason to refuse it
perform() {
  if [ -n "$refused" ]; then
    echo "$refused" >&2
    return 2
  fi
  base64 --decode <<< "$4" > "$2/arguments"
  if [ "$fenced" = yes ]; then keep_fence "$3"; fi
  "$1" "$2"
}

# heartbeats OPERATION: reports at once, and every 30 s, that the operation runs, for as long as the script does
heartbeats() {
  while kill -0 $$; do
    report_running "$1" || true
    sleep 30
  done
}

# report_running OPERATION: nothing is stored of it, so one that is not heard is not sent again
report_running() {
  signed execute-api -m 20 --retry 0 -o /dev/null -H 'content-type: application/json' \
    --data-binary "{\"operationId\":\"$1\",\"outcome\":\"running\"}" "$(setting NODE_API)/node/report"
}

# keep_fence NUMBER: a run that another has taken over from is refused. The number grows by one with each run: one from far ahead
# is no run's, and would lock all of them out. A machine that has seen none believes the first.
keep_fence() {
  local seen=0 furthest=10000
  [[ $1 =~ ^[1-9][0-9]{0,8}$ ]] || { echo "a fence is needed, and this is none: $1" >&2; return 3; }
  exec 8> /var/lib/kubestep/fence.lock
  flock 8
  if [ -f /var/lib/kubestep/fence ]; then seen=$(< /var/lib/kubestep/fence); fi
  if (($1 < seen)); then
    echo "fence $1 is older than $seen: another run has taken over" >&2
    return 3
  fi
  if ((seen > 0 && $1 > seen + furthest)); then
    echo "fence $1 is too far ahead of $seen" >&2
    return 3
  fi
  echo "$1" > /var/lib/kubestep/fence.new
  mv /var/lib/kubestep/fence.new /var/lib/kubestep/fence
  exec 8>&-
}

# argument FOLDER NAME: its value, which is the first line of that name and nothing after it
argument() { sed -n "/^$2=/{s///p;q}" "$1/arguments"; }

# form NAME: what the argument has to look like as a whole
form() {
  case $1 in
    # @@FORMS@@
    *) echo "no verb has an argument $1" >&2; return 1 ;;
  esac
}

# matching FOLDER NAME: the argument, if it is of its form
matching() {
  local value form
  form=$(form "$2")
  value=$(argument "$1" "$2")
  [[ $value =~ ^($form)$ ]] || { echo "the argument $2 is not of the form $form" >&2; return 1; }
  echo "$value"
}

# only_on COMPONENT: the verb is refused on a machine without this component; any is for all
only_on() { [ "$1" = any ] || runs "$1" || refused="this machine runs no $1"; }

# result FOLDER NAME VALUE: a number or a text of the operation's answer
result() {
  if [[ $3 =~ ^[0-9]+$ ]]; then printf '"%s":%s\n' "$2" "$3"; else printf '"%s":"%s"\n' "$2" "$(said "$3")"; fi >> "$1/result"
}

apply-overlay() { apply "$1"; }
apply-addons() { apply "$1"; }

# apply: done when the manifests are accepted and what they roll out has rolled out
# arguments: manifest (sha256 of the asset), rollouts (KIND/NAME of kube-system, several with spaces)
apply() {
  local manifest=$1/manifest.yaml rollout rollouts digest
  digest=$(matching "$1" manifest)
  rollouts=$(matching "$1" rollouts)
  fetch_asset "$digest" "$manifest"
  cluster apply --server-side --force-conflicts --field-manager kubestep --filename "$manifest" > "$1/applied"
  for rollout in $rollouts; do
    cluster --namespace kube-system rollout status --timeout 900s "$rollout"
  done
  result "$1" objects "$(grep -c . "$1/applied")"
}

# validate: done when members agree, the API answers by its load balancer, every node is ready and names are resolved
# arguments: nodes, version
validate() {
  local count version
  count=$(matching "$1" nodes)
  version=$(matching "$1" version)
  members "$(setting MEMBERS)" etcdctl endpoint health
  result "$1" etcdMembers "$(setting MEMBERS | tr , '\n' | grep -c .)"
  within 300 curl -sf --cacert /etc/kubernetes/pki/kubernetes-ca.crt "$(setting ENDPOINT)/readyz"
  within 600 ready_nodes_are "$count" "$version"
  result "$1" readyNodes "$count"
  result "$1" kubernetesVersion "$version"
  within 300 resolves_names
}

# ready_nodes_are COUNT VERSION: at least so many nodes are ready, and each of them has this version of kubelet
ready_nodes_are() {
  local nodes
  nodes=$(cluster get nodes --no-headers | awk '$2 ~ /^Ready/ { print $NF }')
  [ "$(grep -c . <<< "$nodes")" -ge "$1" ] && ! grep -qvx "v${2#v}" <<< "$nodes"
}

# resolves_names: the cluster's DNS knows the API's name
resolves_names() {
  local dns answer
  dns=$(sed -n 's/^clusterDNS: \[\(.*\)\]$/\1/p' /opt/kubestep/current/kubelet/kubelet.yaml)
  exec 7<> "/dev/tcp/$dns/53"
  # One query over TCP: length, id, flags, one question; kubernetes.default.svc.cluster.local, type A, class IN.
  printf '\x00\x36\x6b\x73\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x0akubernetes\x07default\x03svc\x07cluster\x05local\x00\x00\x01\x00\x01' >&7
  # The eighth byte after the length counts the answers.
  answer=$(timeout 5 head -c 10 <&7 | od -An -tu1 | awk '{ print $10 }')
  exec 7>&-
  ((answer > 0))
}

# list-retained: which EBS volumes outlive their claims
list-retained() {
  local volumes line number=0
  result "$1" listedAt "$(date +%s)"
  # A file between the two: a question that failed must not look like an empty answer.
  cluster get persistentvolumes --output \
    'jsonpath={range .items[?(@.spec.persistentVolumeReclaimPolicy=="Retain")]}{.spec.csi.volumeHandle}{" "}{.spec.awsElasticBlockStore.volumeID}{"\n"}{end}' \
    > "$1/volumes"
  volumes=$(grep -o 'vol-[0-9a-f]*' "$1/volumes" | sort -u || true)
  result "$1" retained "$(grep -c . <<< "$volumes" || true)"
  # A text of a report holds 900 characters.
  while IFS= read -r line; do
    number=$((number + 1))
    result "$1" "volumes$number" "$line"
  done < <(xargs -r -n 40 <<< "$volumes")
}

# As much as one request to S3 may hold is 5 GiB; the rest is for what grows between two looks.
largest_snapshot=4831838208

# snapshot: done when what this member of etcd holds is in the deployment's bucket as it was saved, under a key of its own. Its
# files take room on this disk for a while, and are gone whatever happens: what a killed one has left, the next one removes.
snapshot() {
  local folder=/var/lib/kubestep/snapshot file=/var/lib/kubestep/snapshot/snapshot.db packed size revision
  packed=$file.gz
  exec 6> "$folder.lock"
  flock 6
  rm -rf "$folder"
  trap 'rm -rf /var/lib/kubestep/snapshot' EXIT
  mkdir -m 0700 "$folder"
  require_room "$folder"
  members https://127.0.0.1:2379 etcdctl snapshot save "$file" > /dev/null
  require_own_checksum "$file"
  revision=$(etcdutl snapshot status --write-out json "$file" | grep -o '"revision": *[0-9]*' | grep -o '[0-9]*$')
  gzip --fast "$file"
  size=$(stat --format %s "$packed")
  if ((size > largest_snapshot)); then
    echo "SnapshotTooLarge: the snapshot has $size bytes when it is compressed, and one request to S3 takes $largest_snapshot. Delete what fills etcd, then defragment each member (etcdctl defrag)." >&2
    return 1
  fi
  upload_snapshot "${1##*/}" "$packed" "$size"
  result "$1" sizeBytes "$size"
  result "$1" sha256 "$(sha256_of "$packed")"
  result "$1" revision "$revision"
}

sha256_of() { sha256sum "$1" | cut -d ' ' -f 1; }

# require_room FOLDER: a snapshot is as large as etcd's file, and for a moment lies beside its compressed form
require_room() {
  local needed available
  needed=$(($(stat --format %s "$data/member/snap/db") * 2))
  available=$(df --output=avail --block-size 1 "$1" | tail -n 1)
  if ((available < needed)); then
    echo "the disk of this machine has $available bytes left, and a snapshot needs $needed for a while" >&2
    return 1
  fi
}

# require_own_checksum FILE: etcd ends a snapshot with the sha256 of all that is before it. "etcdutl snapshot status" looks at
# neither: it passes a snapshot with a flipped byte.
require_own_checksum() {
  local said found
  said=$(tail -c 32 "$1" | od -An -v -tx1 | tr -d ' \n')
  found=$(head -c -32 "$1" | sha256sum | cut -d ' ' -f 1)
  [ "$said" = "$found" ] && return
  echo "SnapshotUnverified: this member's snapshot ends with the sha256 $said and has $found" >&2
  return 1
}

# upload_snapshot OPERATION FILE SIZE: done when S3 has it. The URL is for this file and nothing else; it goes in by standard input,
# because arguments are everyone's to read. 412 means that an earlier try's answer was lost: nobody else has this key.
upload_snapshot() {
  local answer status
  answer=$(mktemp --tmpdir="${2%/*}")
  signed execute-api -o "$answer" -H 'content-type: application/json' \
    --data-binary "{\"operationId\":\"$1\",\"sizeBytes\":$3,\"sha256\":\"$(sha256_of "$2")\"}" "$(setting NODE_API)/node/snapshot"
  status=$(printf 'url = "%s"\n' "$(text_of "$(< "$answer")" url)" |
    curl --config - -sS --connect-timeout 5 -m 1500 --retry 3 --retry-connrefused -o "$answer" -w '%{http_code}' \
      -H "x-amz-checksum-sha256: $(openssl dgst -sha256 -binary "$2" | base64)" -H 'x-amz-server-side-encryption: AES256' \
      -H 'if-none-match: *' --upload-file "$2")
  case $status in
    200 | 412) ;;
    *)
      echo "S3 answered $status to the snapshot: $(tail -c 300 "$answer")" >&2
      return 1
      ;;
  esac
}
