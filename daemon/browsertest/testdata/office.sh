#!/bin/sh
# Takes a picture of a workbook in LibreOffice, without its toolbars: office.sh BOOK PNG WIDTH HEIGHT. Needs Xvfb, xdotool, LibreOffice with GTK 3 and ImageMagick.
set -eu
book=$1 png=$2 width=$3 height=$4 work=$(mktemp -d)
export DISPLAY=:77 SAL_USE_VCLPLUGIN=gtk3 GDK_BACKEND=x11
Xvfb "$DISPLAY" -screen 0 2100x420x24 >"$work/x.log" 2>&1 &
screen=$!
soffice "-env:UserInstallation=file://$work/profile" --norestore --nologo --nofirststartwizard --calc "$book" >"$work/office.log" 2>&1 &
office=$!
trap 'kill $office $screen 2>/dev/null || true; wait $office 2>/dev/null || true; rm -rf "$work"' EXIT
name=$(basename "$book" .xlsx)
window=
for _ in $(seq 60); do
  window=$(xdotool search --name "$name" 2>/dev/null | head -n 1) && [ -n "$window" ] && break
  sleep 1
done
xdotool windowsize "$window" 2100 420 windowmove "$window" 0 0
sleep 4 # it paints its window bit by bit, and does not say when it has ended
import -window root -crop "${width}x$height+0+144" +repage "$png"
