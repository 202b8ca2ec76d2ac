#!/bin/bash
# run-user-data: done when this machine is called what EC2 calls it and the user data of this instance has run once.
set -euo pipefail
service=http://169.254.169.254/latest

# ask PATH FILE: prints the status of the answer, 000 where there was none
ask() {
  local token
  token=$(curl -sf -m 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' "$service/api/token") || { echo 000; return; }
  curl -s -m 20 -o "$2" -w '%{http_code}' -H "X-aws-ec2-metadata-token: $token" "$service/$1" || true
}

# metadata PATH FILE: asks until there is an answer; fails when EC2 knows no such thing
metadata() {
  local status pause=0.1
  until status=$(ask "$1" "$2") && [[ $status == 200 || $status == 404 ]]; do
    sleep "$pause"
    pause=$([ "$pause" = 0.1 ] && echo 0.5 || echo 1)
  done
  [ "$status" = 200 ]
}

folder=/run/user-data
mkdir -p "$folder"
metadata meta-data/local-hostname "$folder/name"
hostname --file "$folder/name"
cp "$folder/name" /etc/hostname

metadata meta-data/instance-id "$folder/instance"
done=/var/lib/user-data/$(< "$folder/instance")
if [ -e "$done" ]; then exit; fi
mkdir -p "${done%/*}"
status=0
if metadata user-data "$folder/script"; then
  if [ "$(head -c 2 "$folder/script")" = '#!' ]; then
    chmod 0700 "$folder/script"
    # Not on /run, which may forbid to run files.
    install -m 0700 "$folder/script" /var/lib/user-data/script
    /var/lib/user-data/script || status=$?
  else
    echo "user data that does not begin with #! is left alone" >&2
  fi
fi
# Failed or not: EC2 runs user data at the first boot only. One that was cut off runs again.
echo "$status" > "$done"
exit "$status"
