# Each command on a zone is killed at each of its steps (zone/step.h); the next command says what is
# left, and either ends it or begins anew. Prints for each step the state after the kill and what
# did not come right; at the end, what is left over, and which steps were never met.
D=$(dirname "$DTRACE")
A="$D/zoneadm -R $TMP"
clean() {
	for z in n m; do
		$A -z $z halt
		$A -z $z uninstall -F || { $A -z $z attach -F && $A -z $z uninstall -F; }
	done >/dev/null 2>&1
}
trap clean EXIT
for z in m n; do
	$D/zonecfg -R "$TMP" -z $z "create; set zonepath=/zones/$z; set max-lwps=50; set bootargs=\"-i /bin/sleep 1000\"" 2>/dev/null
done
mkdir -p $TMP/src/etc $TMP/src/dev $TMP/src/proc $TMP/src/sys $TMP/src/usr
echo kept >$TMP/src/etc/motd
met=

state() { $A -z $1 list -p | cut -d: -f3; }

# Again without the kill: where it is half-made, after an uninstall.
again() {
	case $(state n) in
	incomplete) $A -z n uninstall -F >/dev/null || echo "  cannot be uninstalled" ;;
	esac
	"$@" >/dev/null 2>$TMP/said || case $(state n) in
	$wanted) ;;
	*) sed 's/^/  /' $TMP/said ;;
	esac
	test "$(state n)" = $wanted || echo "  is $(state n), not $wanted"
}

# try NAME STEPS WANTED COMMAND...: at the steps that the pattern means; setup() comes before each.
try() {
	name=$1 pattern=$2 wanted=$3
	shift 3
	echo "$name:"
	for step in $(echo "$steps" | grep "^\($pattern\)"); do
		step=$(echo "$step" | tr _ ' ')
		setup >/dev/null 2>&1
		GLASSHOUSE_KILL_AT="$step" "$@" >/dev/null 2>$TMP/said
		status=$?
		if test $status = 137 || grep -q 'first process is gone' $TMP/said; then
			met="$met,$step,"
			case $step in # its supervisor goes on
			"boot: supervised") for i in $(seq 200); do test $(state n) = running || sleep 0.05; done ;;
			esac
			echo "  $step: $(state n)"
			again "$@"
			check
		fi
		clean
		rest
	done
}
rest() {
	(cd $TMP && find zones other -mindepth 1 ! -name lost+found 2>/dev/null)
	(cd $TMP && ls etc/zones/*.moving 2>/dev/null)
	find /sys/fs/cgroup -name "[mn]@$hash" 2>/dev/null
}
check() { :; }
steps=$(grep -oh 'zone_step("[^"]*")' $SRC/zone/*.c $SRC/cmd/*.c | cut -d'"' -f2 | sort -u | tr ' ' _)

setup() { :; }
try "install" "install\\|file" installed $A -z n install -d $TMP/src
setup() { $A -z m install -d $TMP/src; }
source_is_whole() {
	$A -z m boot -- -i /nothing 2>&1 | grep -v 'cannot run /nothing'
	test "$(state m)" = installed || echo "  source is $(state m)"
}
check() { source_is_whole; }
for method in ${METHODS:-overlay copy}; do
	try "clone by $method" "clone\\|freeze\\|file" installed $A -z n clone -m $method m
done
if test "$METHODS"; then
	setup() { $A -z m install -d $TMP/src; $A -z n clone -m $METHODS m; }
	check() { :; }
	try "uninstall" "uninstall\\|file" configured $A -z n uninstall -F
	exit
fi
setup() { $A -z m install -d $TMP/src; $A -z n clone -m overlay m; $A -z m uninstall -F; }
check() { :; }
try "uninstall of the last over a layer" "uninstall\\|layer\\|file" configured $A -z n uninstall -F
setup() { $A -z n install -t sparse; }
try "detach" "detach\\|file" configured $A -z n detach
setup() { $A -z n install -t sparse; $A -z n detach; }
try "attach" "attach\\|file" installed $A -z n attach
setup() { $D/zonecfg -R $TMP -z n 'set zonepath=/zones/n'; $A -z n install -t sparse; }
check() { $A -z n move /zones/n 2>&1 | grep -v 'is /zones/n already'; }
try "move" "move\\|file" installed $A -z n move /zones/k
check() { $A -z n move /zones/n; }
try "move to another file system" "move\\|file" installed $A -z n move /other/n
check() { :; }
$D/zonecfg -R $TMP -z n 'set zonepath=/zones/n'
setup() { $A -z n install -t sparse; }
try "boot" "boot" running $A -z n boot
echo "halt:"
for step in halt:_processes_ended halt:_groups_removed; do
	step=$(echo $step | tr _ ' ')
	setup >/dev/null 2>&1
	GLASSHOUSE_KILL_AT="$step" $A -z n boot
	$A -z n halt
	met="$met,$step,"
	echo "  $step: $(state n)"
	wanted=running
	again $A -z n boot
	clean
	rest
done
for step in $steps; do
	step=$(echo "$step" | tr _ ' ')
	case $met in *",$step,"*) ;; *) echo "never met: $step" ;; esac
done
