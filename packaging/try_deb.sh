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
root=${2:-${TMPDIR:-/tmp}/woundtrack-bare}
home=/root  # of whom all is done as, inside
sockets=.X11-unix  # of X servers, in every system's folder for what is temporary
out=$(dirname "$deb")
sources=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list 2>/dev/null || true)
mirror=$(grep -v '^ *#' <<<"$sources" | grep -oE '(https?|file):[^ ]+' | head -1 || true)
server=
screen=

finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    [ -z "$screen" ] || rm -rf "$screen"
    for point in "tmp/$sockets" dev/pts dev proc; do
        ! mountpoint -q "$root/$point" || umount "$root/$point"
    done
    # Never across a mount that is still there: /dev would be emptied.
    rm -rf --one-file-system "$root"
}
inside() { chroot "$root" /usr/bin/env -u PYTHONPATH -u VIRTUAL_ENV HOME=$home LANG=C.UTF-8 \
    PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive DISPLAY="${display:-}" "$@"; }
# What Xvfb shows, as a PNG: its memory is an X window dump, four bytes a pixel.
picture() { python3 - "$1" "$2" <<'END'
import struct, sys, zlib
from pathlib import Path

dump = Path(sys.argv[1]).read_bytes()
head = struct.unpack(">25I", dump[:100])
width, height, line, colours = head[4], head[5], head[12], head[19]
start = head[0] + 12 * colours
rows = []
for y in range(height):
    row = dump[start + y * line : start + y * line + 4 * width]
    rgb = bytearray(3 * width)
    rgb[0::3], rgb[1::3], rgb[2::3] = row[2::4], row[1::4], row[0::4]
    rows.append(b"\0" + bytes(rgb))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


Path(sys.argv[2]).write_bytes(
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"".join(rows)))
    + chunk(b"IEND", b"")
)
END
}
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
install -d -m 1777 "$root/tmp/$sockets" "/tmp/$sockets"
mount --bind "/tmp/$sockets" "$root/tmp/$sockets"
cp "$deb" "$root$home/woundtrack.deb"
inside sh -c 'ls /usr/bin/python3 2>/dev/null || echo "no Python is installed here"'

step "apt-get install ./woundtrack.deb"
inside apt-get -qq update
inside apt-get -qq install -y --no-install-recommends "$home/woundtrack.deb" shared-mime-info \
    desktop-file-utils libglib2.0-bin >/dev/null
inside dpkg -s woundtrack | grep -E '^(Status|Version|Installed-Size)'
inside dpkg --verify woundtrack && echo "every file is as it was packed"
inside sh -c 'find /usr/lib/woundtrack -name "*.so*" -type f | xargs ldd 2>/dev/null | grep "not found" \
    | sort | uniq -c || true'

step "woundtrack selftest"
inside woundtrack selftest

step "a generated clinic (it renders photographs on other cores)"
inside woundtrack demo --no-window --quiet --library "$home/clinic"

step "photographs imported into a new library"
inside sh -c 'cd; mkdir photos; find clinic/originals -name "*.jpg" | sort | head -4 |
    xargs -I{} cp {} photos/'
inside woundtrack import "$home/new" "$home/photos" --patient WT-0001 --site thigh --side left --quiet
inside woundtrack accept "$home/new" --patient WT-0001 --all --quiet
inside woundtrack timeline "$home/new" --patient WT-0001 --plot "$home/course.pdf"
inside woundtrack export "$home/new" "$home/out" --format csv
inside woundtrack check "$home/new" --quiet
inside woundtrack measure "$home/photos" --overlay "$home/overlays" --quiet | head -3 || true

step "a library that isn't there"
inside woundtrack "$home/nowhere" || echo "ended with code $?"

step "the kind of file that library.db is to a desktop, and what opens it"
inside gio info -a standard::content-type "$home/new/library.db" | tail -1
inside gio mime application/x-woundtrack-library | sed -n 1p

step "the window, opened by library.db as a double click does"
screen=$(mktemp -d)
exec 3< <(Xvfb -displayfd 1 -screen 0 1366x768x24 -fbdir "$screen" -nolisten tcp 2>/dev/null & echo "$!"; wait)
read -r server <&3
read -r number <&3
display=:$number
inside woundtrack "$home/new/library.db" &
window=$!
for _ in $(seq 100); do
    shown=$(DISPLAY=$display xdotool search --onlyvisible --name woundtrack 2>/dev/null | head -1 || true)
    [ -z "$shown" ] || break
    sleep 0.1
done
[ -n "$shown" ] || { echo "no window appeared"; exit 1; }
DISPLAY=$display xdotool getwindowname "$shown"
sleep 5
picture "$screen/Xvfb_screen0" "$out/window-in-bare-debian.png"
DISPLAY=$display xdotool windowfocus --sync "$shown" key ctrl+q 2>/dev/null
wait "$window"
echo "the window closed with code $?"
inside woundtrack check "$home/new" --quiet

step "removed without a trace"
inside apt-get -qq remove -y woundtrack >/dev/null
inside sh -c 'ls -d /usr/lib/woundtrack /usr/bin/woundtrack /usr/share/applications/woundtrack.desktop' 2>&1 | head -3 || true
inside ls "$home/new"
