#!/bin/bash
# fetch-bundle: done when the bundle that is pinned is here, is what was pinned, and its files are in place.
set -euo pipefail
umask 022

pinned() { sed -n "s/^$1=//p" /etc/kubestep/pinned; }

# metadata PATH: what EC2 says about this instance
metadata() {
  local base=${AWS_EC2_METADATA_SERVICE_ENDPOINT:-http://169.254.169.254} token
  token=$(curl -sf -m 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' "$base/latest/api/token")
  curl -sf -m 5 -H "X-aws-ec2-metadata-token: $token" "$base/latest/$1"
}

# signed SERVICE CURL-ARGUMENTS...: credentials go in by standard input, because arguments are everyone's to read
signed() {
  local service=$1 role answer
  shift
  role=$(metadata meta-data/iam/security-credentials/) || return
  answer=$(metadata "meta-data/iam/security-credentials/$role") || return
  field() { grep -o "\"$1\" *: *\"[^\"]*\"" <<< "$answer" | cut -d '"' -f 4; }
  printf 'user = "%s:%s"\nheader = "x-amz-security-token: %s"\n' \
    "$(field AccessKeyId)" "$(field SecretAccessKey)" "$(field Token)" |
    curl --config - -sS --fail-with-body --connect-timeout 5 -m 300 --retry 60 --retry-delay 2 --retry-max-time 300 \
      --retry-connrefused --aws-sigv4 "aws:amz:$(pinned REGION):$service" "$@"
}

# text_of LINE NAME: a text from one line of JSON in which nothing is escaped but quotes, backslashes, tabs and line breaks
text_of() {
  sed -n 's/^.*"'"$2"'":"\(\([^"\\]\|\\.\)*\)".*$/\1/p' <<< "$1" |
    sed -e 's/\\\\/\x01/g' -e 's/\\n$//' -e 's/\\n/\n/g' -e 's/\\t/\t/g' -e 's/\\"/"/g' -e 's/\x01/\\/g'
}

is_pinned() { echo "$(pinned BUNDLE)  $1" | sha256sum --check --status; }

fetch_bundle() {
  local bundle=/var/lib/kubestep/bundle.json line path
  mkdir -p /var/lib/kubestep
  if ! { [ -f $bundle ] && is_pinned $bundle; }; then
    signed execute-api -o $bundle.new "$(pinned NODE_API)/node/bundle?sha256=$(pinned BUNDLE)"
    is_pinned $bundle.new || { echo "the bundle is not the one that is pinned" >&2; return 1; }
    mv $bundle.new $bundle
  fi
  while IFS= read -r line; do
    [[ $line == '{"path":'* ]] || continue
    path=$(text_of "$line" path)
    mkdir -p "${path%/*}"
    text_of "$line" content > "$path.new"
    chmod "$(text_of "$line" mode)" "$path.new"
    mv "$path.new" "$path"
  done < $bundle
}

if [[ "${BASH_SOURCE[0]}" == "$0" ]]; then fetch_bundle; fi
