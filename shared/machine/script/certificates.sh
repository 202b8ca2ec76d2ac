# shellcheck shell=bash
# certificates.sh: keys that never leave the machine, and certificates for them.

# get_certificates [PROFILE...]: done when each certificate (or each named one) is here, fits its key and its authority
get_certificates() {
  local body answer
  make_keys
  body=$(mktemp)
  answer=$(mktemp)
  requests_for "$@" > "$body"
  signed execute-api -o "$answer" -H 'content-type: application/json' --data-binary "@$body" \
    "$(setting NODE_API)/node/certificates"
  place_certificates "$answer"
  rm -f "$body" "$answer"
}

make_keys() {
  local profile certificate key
  while read -r profile certificate key; do
    [ -s "$key" ] && continue
    mkdir -p "${key%/*}"
    (umask 077 && openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$key.new")
    mv "$key.new" "$key"
  done < /etc/kubestep/certificates
  own_by_etcd
}

requests_for() {
  local profile certificate key separator=
  printf '{"requests":['
  while read -r profile certificate key; do
    if [ $# -gt 0 ] && [[ " $* " != *" $profile "* ]]; then continue; fi
    printf '%s{"profile":"%s","csr":"' "$separator" "$profile"
    # The name in it is ignored: names are given, not asked for.
    openssl req -new -sha256 -key "$key" -subj "/CN=$profile" | awk '{ printf "%s\\n", $0 }'
    printf '"}'
    separator=,
  done < /etc/kubestep/certificates
  printf ']}\n'
}

place_certificates() {
  local line profile certificate key
  while IFS= read -r line; do
    [[ $line == '{"profile":'* ]] || continue
    profile=$(text_of "$line" profile)
    read -r _ certificate key < <(grep "^$profile " /etc/kubestep/certificates)
    text_of "$line" certificate > "$certificate.new"
    if ! belongs "$certificate.new" "$key"; then
      echo "the certificate $profile is not for its key" >&2
      return 1
    fi
    chmod 0644 "$certificate.new"
    # The key stays, so that one rename changes both for their readers.
    mv "$certificate.new" "$certificate"
  done < "$1"
  own_by_etcd
}

belongs() { [ "$(openssl x509 -in "$1" -noout -pubkey)" = "$(openssl pkey -in "$2" -pubout)" ]; }

# renew: done when no certificate is more than two thirds through its lifetime. Components read the new files by themselves.
renew() {
  local profile certificate key due=()
  while read -r profile certificate key; do
    if is_due "$certificate"; then due+=("$profile"); fi
  done < /etc/kubestep/certificates
  [ ${#due[@]} -eq 0 ] || get_certificates "${due[@]}"
}

# renew_at_boot: as renew; while the Node API does not answer, what is still valid will do
renew_at_boot() {
  apart renew
  [ "$status" -eq 0 ] || all_are_valid
}

all_are_valid() {
  local profile certificate key
  while read -r profile certificate key; do
    if ! openssl x509 -in "$certificate" -noout -checkend 0 > /dev/null || ! belongs "$certificate" "$key"; then
      echo "the certificate $profile is missing or over, and a new one could not be had" >&2
      return 1
    fi
  done < /etc/kubestep/certificates
}

is_due() {
  local begin end
  [ -s "$1" ] || return 0
  begin=$(date --date "$(openssl x509 -in "$1" -noout -startdate | cut -d = -f 2)" +%s)
  end=$(date --date "$(openssl x509 -in "$1" -noout -enddate | cut -d = -f 2)" +%s)
  (($(date +%s) > begin + (end - begin) * 2 / 3))
}
