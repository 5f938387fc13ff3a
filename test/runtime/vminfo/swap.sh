# swap.sh own|shared: swaps to $DEV for a moment, in a program that is traced. Says "agree" where the probes told as many pages as the kernel counted.
mkswap "$DEV" >/dev/null
swapon "$DEV" 2>/dev/null || { echo "nothing may swap here"; exit 77; }
trap 'swapoff "$DEV"' EXIT
trap 'exit 1' INT TERM
$DTRACE -qs swap.d -c "python3 swap.py $1" >"$TMP/told" || exit 1
counted=$(sed -n 's/^counted //p' "$TMP/told")
[ "$counted" ] || { cat "$TMP/told"; exit 77; }
if grep -qx "told $counted" "$TMP/told" && grep -qx "reads every page, by who touches it, files 0" "$TMP/told"; then
	echo agree
else
	cat "$TMP/told"
fi
