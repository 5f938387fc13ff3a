# OpenJDK 17 of Debian: collections of garbage, and methods by name.
java=/usr/lib/jvm/java-17-openjdk-amd64/bin
[ -x $java/javac ] || { echo "OpenJDK 17 is not installed"; exit 77; }
readelf -n $java/../lib/server/libjvm.so | grep -q 'Provider: hotspot' || { echo "this OpenJDK was built without probes"; exit 77; }
$java/javac -d "$TMP" Steps.java
$java/java -Xint -Xmx64m -XX:+UseSerialGC -XX:+DTraceMethodProbes -cp "$TMP" Steps &
until grep -q libjvm.so /proc/$!/maps; do sleep 0.1; done
"$DTRACE" -qs "$TEST" -p $!
kill $!
wait $! 2>/dev/null || true
