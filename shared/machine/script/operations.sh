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
