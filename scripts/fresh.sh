#!/usr/bin/env bash
# The README's two commands on a clean machine: a fresh Debian 12 root that has only git, make, curl
# and Python with venv. Needs root and debootstrap. FRESH_AS=ordinary runs them without root.
#   scripts/fresh.sh [TARGET...]        default: demo test
# What this machine must say to reach its mirrors and certificates is carried over; nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ "$(id -u)" -ne 0 ] || ! command -v debootstrap >/dev/null; then
  echo "scripts/fresh.sh needs root and debootstrap (apt-get install debootstrap)" >&2
  exit 2
fi
targets=("${@:-demo}")
[ $# -gt 0 ] || targets=(demo test)
as=${FRESH_AS:-root}
root=$(mktemp -d /var/tmp/seatrial-fresh.XXXXXX)
chmod 755 "$root"
trap 'rm -rf --one-file-system "$root"' EXIT
echo "fresh: a clean root in $root" >&2
mirror=$(awk '/^URIs:/ {print $2; exit} /^deb / {print $2; exit}' \
  /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null || true)
debootstrap --variant=minbase \
  --include=git,make,curl,ca-certificates,python3,python3-venv,procps,iproute2 \
  bookworm "$root" ${mirror:+"$mirror"} >"$root.log" 2>&1 || { tail "$root.log" >&2; exit 2; }
rm -f "$root.log"
cp /etc/resolv.conf /etc/hosts "$root/etc/"
cp -rL /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
# what a base image that is made here is told of them
cp -rT /usr/local/share/ca-certificates "$root/usr/local/share/ca-certificates" 2>/dev/null || true
cp -r /etc/apt/sources.list.d /etc/apt/keyrings "$root/etc/apt/" 2>/dev/null || true
rm -f "$root/etc/apt/sources.list"
cp /etc/apt/apt.conf.d/*proxy* "$root/etc/apt/apt.conf.d/" 2>/dev/null || true
[ ! -f /etc/pip.conf ] || cp /etc/pip.conf "$root/etc/"
home=/root
user=root
if [ "$as" = ordinary ]; then
  user=sailor
  home=/home/sailor
  chroot "$root" useradd --create-home --shell /bin/bash sailor
fi
git clone --quiet . "$root$home/seatrial"
chroot "$root" chown -R "$user:" "$home"
cat >"$root/fresh.sh" <<RUN
set -e
mount -t proc proc /proc
mount --rbind /outside/sys /sys
mount --rbind /outside/dev /dev
umount -l /outside
cd $home/seatrial
go() { $([ "$user" = root ] && echo '"$@"' || echo "setpriv --reuid=sailor --regid=sailor --init-groups \"\$@\""); }
for target in ${targets[*]}; do
  began=\$(date +%s)
  echo "fresh: make \$target as $user" >&2
  go env -i HOME=$home USER=$user PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    $(env | grep -E '^(SSL_CERT_FILE|CURL_CA_BUNDLE|REQUESTS_CA_BUNDLE|PIP_CERT|GOPROXY|HTTPS?_PROXY|NO_PROXY)=' | tr '\n' ' ') make \$target
  echo "fresh: make \$target took \$(( \$(date +%s) - began )) s" >&2
done
left=\$(ps -eo pid,args --no-headers | grep -E 'supervisord|seatrial' | grep -v grep || true)
[ -z "\$left" ] || { echo "fresh: left running: \$left" >&2; exit 1; }
RUN
mkdir "$root/outside"
# a root of its own, not a chroot: out of one a container engine's exec leads to this machine's root
unshare --mount --pid --fork --kill-child sh -c "
  mount --make-rprivate / && mount --bind $root $root && cd $root &&
  pivot_root . outside && exec chroot . bash /fresh.sh"
