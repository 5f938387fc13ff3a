# The first boot without anybody to ask: the file of 2011, and files that are wrong or traps.
exec 2>&1
D=$(dirname $DTRACE); Z="$D/zoneadm -R $TMP -z foo"; L="$D/zlogin -R $TMP foo"; R=$TMP/zones/foo/root
trap '$Z halt >/dev/null 2>&1; $Z uninstall -F >/dev/null 2>&1' EXIT
$D/zonecfg -R $TMP -z foo 'create; set zonepath=/zones/foo; set bootargs="-i /bin/sleep 1000"' 2>/dev/null
$Z install -t sparse >/dev/null
echo "
name_service=NONE
network_interface=PRIMARY {hostname=foo-host
                           default_route=192.168.0.1
                           ip_address=192.168.0.160
                           netmask=255.255.255.0
                           protocol_ipv6=no}
root_password=aajfMKNH1hTm2
security_policy=NONE
terminal=xterms
timezone=CET
timeserver=localhost
keyboard=German
nfs4_domain=dynamic
" >$R/etc/sysidcfg
$Z boot
$L 'hostname; cat /etc/hostname /etc/timezone; readlink /etc/localtime; test -e /usr/share/zoneinfo/CET && date -d @0 +%H || echo 01; sed -n "s/^\(root:[^:]*\):.*/\1/p" /etc/shadow; ls /etc/sysidcfg*; stat -c "%U %a" /etc/shadow'
stat -c '%u' $R/etc/shadow
$Z reboot
$L hostname
$Z halt
echo '# once more, with more'
printf 'name_service=DNS {domain_name=example.com\n name_server=192.0.2.1,2001:db8::1 search=a.example,b.example}\nsystem_locale="C.UTF-8" # of course\nnetwork_interface=primary {dhcp protocol_ipv6=yes}\n' >$R/etc/sysidcfg
$Z boot
$L 'hostname; cat /etc/resolv.conf /etc/default/locale'
$Z halt
$D/zonecfg -R $TMP -z foo 'set hostid=12ab34cd'; $Z boot; $L hostid; $Z halt
echo '# wrong'
try() { printf "$1" >$R/etc/sysidcfg; $Z boot; }
try 'timezone=../../etc\n'
try '\ntimezone=/etc/passwd'
try 'root_password=a:b'
try 'name_service=NIS'
try 'name_service=DNS {name_server=x}'
try 'network_interface=PRIMARY {hostname=a b'
try 'network_interface=PRIMARY {hostname=$(id)}'
try 'keyboard=German }'
try 'favourite_colour=red'
try 'keyboard="German'
echo '# traps'
rm $R/etc/sysidcfg; mkfifo $R/etc/sysidcfg; $Z boot
rm $R/etc/sysidcfg; echo 'timezone=CET root_password=xyz network_interface=PRIMARY {hostname=trap}' >$R/etc/real; ln -s real $R/etc/sysidcfg; $Z boot
rm $R/etc/sysidcfg; mv $R/etc/real $R/etc/sysidcfg
echo mine >$TMP/outside; rm -f $R/etc/shadow $R/etc/hostname $R/etc/localtime
ln -s $TMP/outside $R/etc/hostname; ln -s ../../../../outside $R/etc/shadow; mkfifo $R/etc/localtime
$Z boot; $L 'hostname; ls -l /etc/hostname /etc/shadow | cut -c1; cut -d: -f1-2 /etc/shadow'; cat $TMP/outside
