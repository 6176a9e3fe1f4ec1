#!/usr/bin/env bash
# All checks of ./dev lint, one after the other; every one runs, and any finding fails. BUF names the buf program.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.." || exit 1
export LC_ALL=C.UTF-8  # the sources are UTF-8, whatever the terminal is
failed=()

# step NAME COMMAND…: runs one check and remembers its failure.
step() {
  local name="$1" started=$SECONDS
  shift
  if "$@"; then
    printf 'ok      %s (%ss)\n' "$name" $((SECONDS - started))
  else
    printf 'FAILED  %s (%ss)\n' "$name" $((SECONDS - started))
    failed+=("$name")
  fi
}

# sources SUFFIX…: hand-written files with these endings, separated by NUL.
sources() {
  local suffix folder tests=() folders=()
  for suffix in "$@"; do tests+=(-o -name "*$suffix"); done
  for folder in common services clients bench tests deploy protos console .ci; do
    if [[ -d "$folder" ]]; then folders+=("$folder"); fi
  done
  find "${folders[@]}" \
    \( -name node_modules -o -name build -o -name generated \) -prune -o -type f \( "${tests[@]:1}" \) -print0
}

# Names each file once; clang-format itself would print every place.
check_format() {
  sources .cc .h | xargs -0 -r clang-format --dry-run -Werror 2>&1 |
    sed -n 's/^\([^: ]*\):[0-9]*:[0-9]*: error:.*/        clang-format -i \1/p' | sort -u
}

check_breaking() {
  local tag
  tag="$(git describe --tags --abbrev=0 --match 'v[0-9]*' 2>/dev/null)" || tag=""
  if [[ -z "$tag" ]]; then
    echo "        no release tag yet: nothing to compare the contracts with"
    return 0
  fi
  "$BUF" breaking protos --against ".git#tag=$tag,subdir=protos"
}

check_shell() { { printf '%s\0' dev .ci/run; sources .sh; } | xargs -0 shellcheck -x; }

check_python() {
  sources .py | xargs -0 -r python3 -B -c '
import sys
for path in sys.argv[1:]:
    compile(open(path, encoding="utf-8").read(), path, "exec")' && sources .py | xargs -0 -r pyflakes3
}

step "clang-format" check_format
step "buf lint" "$BUF" lint protos
step "buf breaking" check_breaking
step "shellcheck" check_shell
step "python" check_python
step "architecture checks find what they should" python3 -B tests/arch/arch_test.py -q
step "layers" python3 -B tests/arch/check.py layers
step "bans" python3 -B tests/arch/check.py bans
step "sizes" python3 -B tests/arch/check.py sizes
step "reasons" python3 -B tests/arch/check.py reasons

if ((${#failed[@]})); then
  printf 'lint: failed: %s\n' "$(IFS=,; echo "${failed[*]}")"
  exit 1
fi
echo "lint: clean"
