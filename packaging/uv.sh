# Sourced by the scripts beside it, which set `-euo pipefail` and stand at the root of the project.

say() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; }

# Prints where uv is; fetches it into .venv/.uv where there is none.
find_uv() {
  if command -v uv >/dev/null; then
    command -v uv
    return
  fi
  local tools=.venv/.uv
  if [[ ! -x $tools/bin/uv ]]; then
    say "fetching uv"
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet --disable-pip-version-check 'uv>=0.9'
  fi
  printf '%s\n' "$PWD/$tools/bin/uv"
}
