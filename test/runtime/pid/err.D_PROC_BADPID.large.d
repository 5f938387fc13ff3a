pid99999999999999999999:a.out:main:entry { exit(0); }
