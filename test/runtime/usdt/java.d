/* The machine of OpenJDK 17 is a library that is loaded after the start. */
/* @needs: /usr/lib/jvm/java-17-openjdk-amd64/bin/java */
/* @timeout: 90 */
/* @run: echo 'class Waits { public static void main(String[] a) throws Exception { Thread.sleep(1500); System.out.println(new java.util.concurrent.Phaser(1).arrive()); } }' > $TMP/Waits.java; $DTRACE -Zqs $TEST -c "/usr/lib/jvm/java-17-openjdk-amd64/bin/java $TMP/Waits.java" */
hotspot*:libjvm.so::vm-shutdown { printf("%s\n", probename); }
hotspot*:::class-loaded { this->name = copyinstr(arg0, arg1); }
hotspot*:::class-loaded /this->name == "java/util/concurrent/Phaser"/ { printf("%s\n", this->name); }
