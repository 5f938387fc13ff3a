# Data that comes in, and sends that fail, as arrivals.py counted them itself. Data that answers a shut connection (10 bytes each) is not seen.
"$DTRACE" -qs arrivals.d -c "/usr/bin/python3 -I arrivals.py $TMP/own" > "$TMP/seen"
sort "$TMP/own" | diff - "$TMP/seen" && echo agree
