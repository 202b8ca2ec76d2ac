#!/usr/bin/env bash
# Drives awscli and boto3 against a served world. Skips, and says why, where they cannot be had.
set -euo pipefail

skip() {
  echo "skipped: $1"
  exit 0
}

command -v python3 > /dev/null || skip 'there is no python3'

folder=$(mktemp -d)
server=
clean() {
  if [ -n "$server" ]; then
    kill "$server" 2> /dev/null || true
    wait "$server" || true
  fi
  rm -rf "$folder"
}
trap clean EXIT

# Made once, like those of the other judges.
python_environment=.kubestep/clients
if [ ! -e "$python_environment/complete" ]; then
  rm -rf "$python_environment"
  python3 -m venv "$python_environment" || skip 'python3 has no venv'
  "$python_environment/bin/pip" install -q --disable-pip-version-check awscli boto3 ||
    skip 'awscli and boto3 cannot be installed with pip'
  touch "$python_environment/complete"
fi

node cli/kubestep.mjs serve --world "$folder/world" --speed 1000 > "$folder/serve.log" 2>&1 &
server=$!
for _ in $(seq 120); do
  environment=$(node cli/kubestep.mjs serve --world "$folder/world" --env 2> /dev/null) && break
  kill -0 "$server" 2> /dev/null || { cat "$folder/serve.log"; exit 1; }
  sleep 1
done
eval "$environment"
export AWS_EC2_METADATA_DISABLED=true AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
PATH="$python_environment/bin:$PATH" "$python_environment/bin/python" test/serve/clients.py
