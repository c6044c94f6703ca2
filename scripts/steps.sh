# For the scripts that show a whole trial: to be sourced.
say() { printf '\n== %s\n' "$1"; }
verdict=0
# 1, something failed, outweighs 3, something is unknown; anything else ends it all
judge() {
  local code=0
  "$@" || code=$?
  case $code in
    0) ;;
    1) verdict=1 ;;
    3) [ "$verdict" -eq 1 ] || verdict=3 ;;
    *) exit "$code" ;;
  esac
}
