# shellcheck shell=bash
# stage.sh: bundles on this machine's disk, each staged whole under its hash, and one link a component that says which of them it
# runs by. What is staged is never changed: what changes is where the links point.

store=/opt/kubestep
components=(machine etcd kube-apiserver kube-controller-manager kube-scheduler containerd kubelet kube-proxy)

# stage: done when the bundle is here whole
# arguments: bundle
stage() {
  local bundle
  bundle=$(matching "$1" bundle)
  hold_bundles
  stage_bundle "$bundle"
  touch "$store/bundles/$bundle/tree.sha256"
  forget_bundles
  result "$1" bundle "$bundle"
}

# hold_bundles: one at a time changes what is staged or what runs. The lock ends with its holder.
hold_bundles() {
  exec 7> "$store/lock"
  flock --wait 60 7 || { echo "another change of this machine is on its way" >&2; return 1; }
}

# stage_bundle SHA256: done when every file of it is here, programs too, and is what its list says
stage_bundle() {
  local folder=$store/bundles/$1 component name form sha256
  if [ -f "$folder/tree.sha256" ]; then
    if is_intact "$folder"; then return; fi
    remove_damaged_programs "$folder"
    rm "$folder/tree.sha256"
  fi
  fetch_bundle "$1"
  for component in "${components[@]}"; do
    [ -f "$folder/$component/assets" ] || continue
    mkdir -p "$folder/$component/bin"
    while read -r name form sha256; do
      install_asset "$name" "$form" "$sha256"
      ln -sfn "$store/assets/$sha256/"* "$folder/$component/bin/"
    done < "$folder/$component/assets"
  done
  seal "$folder"
}

# seal FOLDER: writes down what is in it. Without this list a bundle is not staged, so it comes last, after all of it is on the disk.
seal() {
  sync -f "$1"
  (cd "$1" && find -L . -type f ! -name 'tree.sha256*' -print0 | sort --zero-terminated | xargs -0 sha256sum) > "$1/tree.sha256.new"
  sync "$1/tree.sha256.new"
  mv "$1/tree.sha256.new" "$1/tree.sha256"
  sync "$1"
}

# tree FOLDER [COMPONENT]: the lines about it
tree() { grep "  \./${2:+$2/}" "$1/tree.sha256"; }

# is_intact FOLDER [COMPONENT]: whether every file is what was staged
is_intact() {
  [ -f "$1/tree.sha256" ] && tree "$@" | (cd "$1" && sha256sum --check --strict --status 2> /dev/null)
}

# remove_damaged_programs FOLDER: their assets are fetched again
remove_damaged_programs() {
  local file target
  while IFS= read -r file; do
    target=$(readlink -f "$1/$file" || true)
    if [[ $target == "$store/assets/"* ]]; then rm -r "${target%/*}"; fi
  done < <(cd "$1" && sha256sum --check --quiet tree.sha256 2> /dev/null | sed -n 's/: FAILED.*//p')
}

# install_asset NAME FORM SHA256: done when it is unpacked in a folder of its own, which appears by one rename
install_asset() {
  local folder=$store/assets/$3 fetched=$store/assets/$3.fetched new=$store/assets/$3.new
  [ ! -d "$folder" ] || return 0
  rm -rf "$new"
  mkdir -p "$new"
  fetch_asset "$3" "$fetched"
  unpack "$1" "$2" "$fetched" "$new"
  rm -f "$fetched"
  sync -f "$new"
  mv -T "$new" "$folder"
}

# unpack NAME FORM FILE FOLDER: its programs, and nothing around them
unpack() {
  local unpacking=(tar --extract --gzip --file "$3" --directory "$4" --no-same-owner)
  case $1 in
    containerd) "${unpacking[@]}" --strip-components 1 ;;
    etcd) "${unpacking[@]}" --strip-components 1 --wildcards '*/etcd' '*/etcdctl' '*/etcdutl' ;;
    *)
      if [ "$2" = tar.gz ]; then
        "${unpacking[@]}"
      else
        chmod 0755 "$3"
        mv "$3" "$4/$1"
      fi
      ;;
  esac
}

# bundle_of COMPONENT: the bundle that its link names; fails for a component that this machine does not have
bundle_of() {
  local target
  target=$(readlink "$store/current/$1") || return
  target=${target%/*}
  echo "${target##*/}"
}

# point_to COMPONENT BUNDLE: one rename, so that at every moment it names one bundle or the other
point_to() {
  ln -sfn "../bundles/$2/$1" "$store/current/$1.new"
  mv -T "$store/current/$1.new" "$store/current/$1"
  sync "$store/current"
}

# point_first: done when every component of this machine has a link; the first boot makes them, to the bundle that is pinned
point_first() {
  local bundle component
  bundle=$(bundle_of machine)
  [ -f "$store/bundles/$bundle/tree.sha256" ] || stage_bundle "$bundle"
  for component in "${components[@]}"; do
    if [ -d "$store/bundles/$bundle/$component" ] && [ ! -L "$store/current/$component" ]; then point_to "$component" "$bundle"; fi
  done
  place_units
  place_tools
}

# place_units: systemd finds the units by links that never change
place_units() {
  local component
  for component in "${components[@]:1}"; do
    if [ -L "$store/current/$component" ]; then
      ln -sfn "$store/current/$component/$component.service" "/etc/systemd/system/$component.service"
    fi
  done
}

# place_tools: what people who look at a machine call by name
place_tools() {
  local tool
  for tool in machine/bin/kubestep-node kube-apiserver/bin/{kubectl,etcdctl} etcd/bin/{etcdctl,etcdutl} containerd/bin/ctr; do
    if [ -e "$store/current/$tool" ]; then ln -sfn "$store/current/$tool" "/usr/local/bin/${tool##*/}"; fi
  done
}

# files_for_etc BUNDLE: what the machine's own part of it has for /etc
files_for_etc() { (cd "$store/bundles/$1/machine/root/etc" && find . -type f | sort); }

# place_files: done when /etc is as the machine's own part says, each file by a rename. What only the bundle before had is gone.
place_files() {
  local own bundle file source
  own=$(bundle_of machine)
  source=$store/bundles/$own/machine/root/etc
  while read -r file; do
    if cmp --silent "$source/$file" "/etc/$file"; then continue; fi
    mkdir -p "/etc/${file%/*}"
    cp --preserve=mode "$source/$file" "/etc/$file.new"
    mv "/etc/$file.new" "/etc/$file"
  done < <(files_for_etc "$own")
  for bundle in $(journal machine FROM) $(journal machine TO); do
    if [ "$bundle" = "$own" ]; then continue; fi
    comm -23 <(files_for_etc "$bundle") <(files_for_etc "$own") | while read -r file; do rm -f "/etc/$file"; done
  done
}

# files_are_placed: whether /etc is as place_files would leave it
files_are_placed() {
  local own file
  own=$(bundle_of machine)
  while read -r file; do
    cmp --silent "$store/bundles/$own/machine/root/etc/$file" "/etc/$file" || return
  done < <(files_for_etc "$own")
}

# forget_bundles: removes what no link and no journal names, except for the two that came last, and programs that nobody needs then
forget_bundles() {
  local kept needed bundle asset
  kept=$(
    for component in "${components[@]}"; do bundle_of "$component" || true; done
    cat "$store"/switching/* 2> /dev/null | sed 's/^.*=//' || true
    cd "$store/bundles" && find . -mindepth 2 -maxdepth 2 -name tree.sha256 -printf '%T@ %h\n' | sort -nr | head -n 2 | sed 's|^.*/||'
  )
  for bundle in "$store"/bundles/*; do
    grep -qx "${bundle##*/}" <<< "$kept" || rm -r "$bundle"
  done
  needed=$(awk '{ print $3 }' "$store"/bundles/*/*/assets)
  for asset in "$store"/assets/*; do
    grep -qx "${asset##*/}" <<< "$needed" || rm -r "$asset"
  done
}

# verify: for each component that this machine has, the bundle that it runs by, and whether that is still what was staged
verify() {
  local component bundle
  for component in "${components[@]}"; do
    bundle=$(bundle_of "$component") || continue
    if is_as_staged "$component"; then result "$1" "$component" "$bundle"; else result "$1" "$component" "$bundle changed"; fi
  done
}

# is_as_staged COMPONENT: its files are what was staged, and what runs was started from them
is_as_staged() {
  local folder program
  folder=$store/bundles/$(bundle_of "$1")
  if is_switching "$1" || ! is_intact "$folder" "$1"; then return 1; fi
  if [ "$1" = machine ]; then files_are_placed; return; fi
  [ "$(readlink "/etc/systemd/system/$1.service")" = "$store/current/$1/$1.service" ] || return
  # One that is about to start again has no program.
  program=$(readlink "/proc/$(main_process "$1")/exe") || return 0
  [ "$program" = "$(readlink -f "$folder/$1/bin/$1")" ]
}

# main_process COMPONENT: its number; 0 while there is none
main_process() { systemctl show --property MainPID --value "$1.service"; }
