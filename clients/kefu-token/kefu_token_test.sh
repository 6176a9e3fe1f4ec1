#!/bin/sh
# Makes keys, signs and shows tokens with the built program given as $1.
set -eu
tool=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

fail() {
  echo "FAILED: $1" >&2
  exit 1
}

refused() { # EXPECTED-CODE TEXT-IN-STDERR COMMAND...
  want=$1
  text=$2
  shift 2
  got=0
  "$@" >"$dir/out" 2>"$dir/err" || got=$?
  [ "$got" = "$want" ] || fail "exit code $got instead of $want: $*"
  cat "$dir/out" "$dir/err" | grep -q -- "$text" || fail "does not say '$text' but '$(cat "$dir/err")': $*"
}

for alg in ES256 EdDSA; do
  "$tool" keygen --alg "$alg" --kid "key-$alg" --dir "$dir/keys" >/dev/null
  [ "$(stat -c %a "$dir/keys/key-$alg.key")" = 600 ] || fail "private key is readable by others"
  token=$("$tool" sign --key "$dir/keys/key-$alg.key" --sub alice --org org-1 --role owner --role auditor --shop s1)
  "$tool" show --keys "$dir/keys/public" "$token" >"$dir/shown" 2>"$dir/err"
  grep -q '"sub": "alice"' "$dir/shown" || fail "show lost the subject"
  grep -q "good until" "$dir/err" || fail "show did not verify"
  printf '%s\n' "$token" | "$tool" show --keys "$dir/keys/public" >/dev/null 2>&1 || fail "show from stdin"
done

key=$dir/keys/key-ES256.key
refused 1 "exists" "$tool" keygen --kid key-ES256 --dir "$dir/keys"
refused 1 "wrong signature" "$tool" show --keys "$dir/keys/public" "${token%?????}AAAAA"
mkdir "$dir/other"
refused 1 "key is not known" "$tool" show --keys "$dir/other" "$token"
refused 2 "role" "$tool" sign --key "$key" --sub a --org o --role root
refused 2 "" "$tool" sign --key "$key"
refused 1 "org is missing" "$tool" sign --key "$key" --sub a --role agent
refused 1 "grant" "$tool" sign --key "$key" --sub a --org b --base b --role agent --grant m:s:c:2024-02-02:2024-01-01
refused 1 "ttl" "$tool" sign --key "$key" --sub a --org o --role agent --ttl never
base=$("$tool" sign --key "$key" --sub a --org b --base b --role agent --grant m:s:c:2024-01-01:2024-12-31)
"$tool" show --keys "$dir/keys/public" "$base" 2>/dev/null | grep -q '"contract": "c"' || fail "grant lost"
agent=$("$tool" sign --key "$key" --sub amy@example.com --org o --agent agent-7 --role agent)
"$tool" show --keys "$dir/keys/public" "$agent" 2>/dev/null | grep -q '"agent": "agent-7"' || fail "agent lost"
echo OK
