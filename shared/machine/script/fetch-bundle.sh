#!/bin/bash
# fetch-bundle: brings the pinned bundle at the first boot; later boots start what is current
set -euo pipefail
umask 022

pinned() { sed -n "s/^$1=//p" /etc/kubestep/pinned; }

# metadata PATH: what EC2 says about this instance
metadata() {
  local base=${AWS_EC2_METADATA_SERVICE_ENDPOINT:-http://169.254.169.254} token
  token=$(curl -sf -m 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' "$base/latest/api/token")
  curl -sf -m 5 -H "X-aws-ec2-metadata-token: $token" "$base/latest/$1"
}

# signed SERVICE CURL-ARGUMENTS...: credentials by standard input: arguments are everyone's to read
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

# text_of LINE NAME: from a line of JSON that escapes only quotes, backslashes, tabs and line breaks
text_of() {
  sed -n 's/^.*"'"$2"'":"\(\([^"\\]\|\\.\)*\)".*$/\1/p' <<< "$1" |
    sed -e 's/\\\\/\x01/g' -e 's/\\n$//' -e 's/\\n/\n/g' -e 's/\\t/\t/g' -e 's/\\"/"/g' -e 's/\x01/\\/g'
}

# fetch_bundle SHA256: done when its files are in its folder, those for /etc too
fetch_bundle() {
  local folder=/opt/kubestep/bundles/$1 line path
  mkdir -p "$folder"
  signed execute-api -o "$folder/bundle.json" "$(pinned NODE_API)/node/bundle?sha256=$1"
  echo "$1  $folder/bundle.json" | sha256sum --check --status || { echo "the bundle is not $1" >&2; return 1; }
  while IFS= read -r line; do
    [[ $line == '{"path":'* ]] || continue
    path=$(text_of "$line" path)
    [[ $path == /opt/* ]] || path=machine/root$path
    path=$folder/${path#/opt/kubestep/current/}
    mkdir -p "${path%/*}"
    text_of "$line" content > "$path.new"
    chmod "$(text_of "$line" mode)" "$path.new"
    mv "$path.new" "$path"
  done < "$folder/bundle.json"
  sync -f "$folder"
}

if [[ "${BASH_SOURCE[0]}" == "$0" && ! -L /opt/kubestep/current/machine ]]; then
  fetch_bundle "$(pinned BUNDLE)"
  mkdir -p /opt/kubestep/current
  ln -s "../bundles/$(pinned BUNDLE)/machine" /opt/kubestep/current/machine
fi
