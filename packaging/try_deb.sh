#!/usr/bin/env bash
# Installs the .deb in a bare Debian 12, and there does what a clinic would do first: selftest, a
# generated clinic, an import by the command line, the window, quit. Then removes the bare Debian.
#
#   sudo packaging/try_deb.sh dist/woundtrack_0.1.0_amd64.deb [FOLDER FOR THE BARE DEBIAN]
#
# Needs debootstrap, Xvfb, xdotool and a Debian mirror, reached as this machine's apt reaches it.
# Recommended packages are left out, so that what the package depends on has to be enough.
set -euo pipefail

deb=$(realpath "$1")
root=${2:-/tmp/woundtrack-bare}
out=$(dirname "$deb")
sources=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list 2>/dev/null || true)
mirror=$(grep -v '^ *#' <<<"$sources" | grep -oE '(https?|file):[^ ]+' | head -1 || true)
server=

finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    for point in tmp/.X11-unix dev/pts dev proc; do
        ! mountpoint -q "$root/$point" || umount "$root/$point"
    done
    # Never across a mount that is still there: /dev would be emptied.
    rm -rf --one-file-system "$root"
}
inside() { chroot "$root" /usr/bin/env -u PYTHONPATH -u VIRTUAL_ENV HOME=/root LANG=C.UTF-8 \
    PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive DISPLAY="${display:-}" "$@"; }
step() { printf '\n== %s\n' "$*"; }

[ ! -e "$root" ] || { echo "$root is there already"; exit 2; }
trap finish EXIT

step "a bare Debian 12 in $root"
debootstrap --variant=minbase --include=ca-certificates bookworm "$root" ${mirror:+"$mirror"} >"$out/debootstrap.log"
rm -f "$root/etc/apt/sources.list"
cp -r /etc/apt/. "$root/etc/apt/"
cp /etc/resolv.conf "$root/etc/"
cp -rL /etc/ssl/certs/. "$root/etc/ssl/certs/" 2>/dev/null || true
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mount --bind /dev/pts "$root/dev/pts"
install -d -m 1777 "$root/tmp/.X11-unix" /tmp/.X11-unix
mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"
cp "$deb" "$root/root/woundtrack.deb"
inside sh -c 'ls /usr/bin/python3 2>/dev/null || echo "no Python is installed here"'

step "apt-get install ./woundtrack.deb"
inside apt-get -qq update
inside apt-get -qq install -y --no-install-recommends /root/woundtrack.deb shared-mime-info \
    desktop-file-utils libglib2.0-bin >/dev/null
inside dpkg -s woundtrack | grep -E '^(Status|Version|Installed-Size)'
inside dpkg --verify woundtrack && echo "every file is as it was packed"
inside sh -c 'find /usr/lib/woundtrack -name "*.so*" -type f | xargs ldd 2>/dev/null | grep "not found" \
    | sort | uniq -c || true'

step "woundtrack selftest"
inside woundtrack selftest

step "a generated clinic (it renders photographs on other cores)"
inside woundtrack demo --no-window --quiet --library /root/clinic

step "photographs imported into a new library"
inside sh -c 'mkdir /root/photos; find /root/clinic/originals -name "*.jpg" | sort | head -4 |
    xargs -I{} cp {} /root/photos/'
inside woundtrack import /root/new /root/photos --patient WT-0001 --site thigh --side left --quiet
inside woundtrack accept /root/new --patient WT-0001 --all --quiet
inside woundtrack timeline /root/new --patient WT-0001 --plot /root/course.pdf
inside woundtrack export /root/new /root/out --format csv
inside woundtrack check /root/new --quiet
inside woundtrack measure /root/photos --overlay /root/overlays --quiet | head -3 || true

step "the kind of file that library.db is to a desktop, and what opens it"
inside gio info -a standard::content-type /root/new/library.db | tail -1
inside gio mime application/x-woundtrack-library | head -1

step "the window, opened by library.db as a double click does"
exec 3< <(Xvfb -displayfd 1 -screen 0 1366x768x24 -nolisten tcp 2>/dev/null & echo "$!"; wait)
read -r server <&3
read -r number <&3
display=:$number
inside woundtrack /root/new/library.db &
window=$!
for _ in $(seq 100); do
    shown=$(DISPLAY=$display xdotool search --onlyvisible --name woundtrack 2>/dev/null | head -1 || true)
    [ -z "$shown" ] || break
    sleep 0.1
done
[ -n "$shown" ] || { echo "no window appeared"; exit 1; }
DISPLAY=$display xdotool getwindowname "$shown"
sleep 5
! command -v import >/dev/null || DISPLAY=$display import -window root "$out/window-in-bare-debian.png"
DISPLAY=$display xdotool windowfocus --sync "$shown" key ctrl+q 2>/dev/null
wait "$window"
echo "the window closed with code $?"
inside woundtrack check /root/new --quiet

step "removed without a trace"
inside apt-get -qq remove -y woundtrack >/dev/null
inside sh -c 'ls -d /usr/lib/woundtrack /usr/bin/woundtrack /usr/share/applications/woundtrack.desktop' 2>&1 | head -3 || true
inside ls /root/new
