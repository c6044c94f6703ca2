#!/usr/bin/env bash
# The web shop of examples/web-shop as its owner runs it, and seatrial beside it: up, test, prove,
# report, down; what the engine tells of the shop is the same before and after. Needs a container
# engine, or root on Debian.
#   PROVE=quick        what `seatrial prove --quick` drills (default: all of it)
#   CONTROLS=NAME      the proof that is shown to fail (default: store-down-db)
set -euo pipefail
. "$(dirname "$0")/steps.sh"
cd "$(dirname "$0")/.."
bin=$PWD/.venv/bin
docker=$PWD/scripts/docker.sh
report=$PWD/seatrial-report
shop=$PWD/examples/web-shop
project=seatrial-web-shop
export SHOP_PORT=${SHOP_PORT:-18080} QUEUE_UI_PORT=${QUEUE_UI_PORT:-18072}
ours=no # whether the container engine is there for this alone
seatrial() { (cd examples/web-shop-trial && "$bin/seatrial" "$@"); }
compose() { (cd "$shop" && docker compose --ansi never -p "$project" "$@"); }
label="label=com.docker.compose.project=$project"
# what a start does not write anew: which container, how it is made, on which networks and where
theirs() {
  docker inspect --format '{{.Id}} {{.Name}} {{.State.Status}} {{json .HostConfig}} {{json .Config}}
{{range $name, $each := .NetworkSettings.Networks}}{{$name}} {{$each.IPAddress}} {{json $each.Aliases}}
{{end}}' $(docker ps --all --quiet --filter "$label" | sort)
  docker network inspect --format '{{.Id}} {{json .IPAM}} {{json .Options}} {{json .Labels}}' \
    $(docker network ls --quiet --filter "$label" | sort)
  docker volume inspect --format '{{json .}}' $(docker volume ls --quiet --filter "$label" | sort)
}
finish() {
  status=$?
  trap - EXIT INT TERM
  local left=0
  seatrial down --purge --yes || left=$?
  compose down --volumes --timeout 5 --rmi local || left=1
  [ "$ours" = no ] || "$docker" stop || left=1
  # what is left running outweighs what is unknown
  case $status in 0 | 3) [ "$left" -eq 0 ] || status=$left ;; esac
  exit "$status"
}

say "a container engine, and the images that the shop builds on"
"$docker" status || ours=yes
trap finish EXIT
trap 'exit 130' INT TERM
"$docker" start
engine=$("$docker" env)
eval "$engine"
"$bin/python" -m scripts.bases "$shop"
say "the shop, as its owner starts it"
[ -f "$shop/.env" ] || cp "$shop/.env.example" "$shop/.env"
# where its spans go, as `seatrial plan` tells its owner
spans=OTEL_EXPORTER_OTLP_ENDPOINT=http://web-shop-jaeger:4318
sed -i '/^OTEL_EXPORTER_OTLP_ENDPOINT=/d' "$shop/.env"
printf '%s\n' "$spans" >> "$shop/.env"
compose up --detach --build --wait
before=$(theirs)
say "real engines beside it"
password=$(sed -n 's/^DB_PASSWORD=//p' "$shop/.env")
DB_PASSWORD=$password seatrial up
say "every rule made to fire and to clear, every route asked, the whole stack looked at"
judge seatrial test
say "faults, pages, evidence"
case ${PROVE:-all} in
  quick) judge seatrial prove --quick ;;
  *) judge seatrial prove ;;
esac
say "a proof that can fail"
judge seatrial prove --controls "${CONTROLS:-store-down-db}"
say "the report"
judge seatrial report --output "$report"
seatrial verify "$report"
say "seatrial goes; what the engine tells of the shop is what it told before"
seatrial down --purge --yes
diff <(printf '%s\n' "$before") <(theirs)
echo "nothing of the shop was changed"
echo
echo "open $report/report.html"
exit "$verdict"
