/* OpenJDK: libjvm is a library that java loads; what it does first is seen. */
/* @run: java=/usr/lib/jvm/java-17-openjdk-amd64/bin/java; [ -x $java ] || { echo "OpenJDK 17 is not installed"; exit 77; }; readelf -n ${java%/bin/java}/lib/server/libjvm.so | grep -q "Provider: hotspot" || { echo "this OpenJDK was built without probes"; exit 77; }; for i in 1 2 3; do $DTRACE -Zqs $TEST -c "$java -Xint -Xmx64m -XX:+UseSerialGC -version" 2> /dev/null; done */
/* @timeout: 60 */
hotspot$target:::vm-init-begin, hotspot$target:::vm-init-end, hotspot$target:::vm-shutdown { printf("%s\n", probename); }
