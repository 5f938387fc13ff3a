# contend.pl pipe|DIRECTORY SECONDS: four processes write to one pipe, which has a mutex; or two make files in a directory that two others
# read, which has a readers/writer lock.
my ($what, $seconds) = @ARGV;
my $end = time + $seconds;
my $parent = $$;
pipe(R, W);

sub child {
	my $work = shift;
	return if fork;
	close(R);
	while (time < $end && getppid() == $parent) {
		$work->() for 1 .. 20;
	}
	exit 0;
}

my $block = "x" x 4096;
if ($what eq "pipe") {
	child(sub { syswrite(W, $block) }) for 1 .. 4;
} else {
	for (1 .. 1000) {
		open(F, ">$what/file$_");
	}
	for my $i (1, 2) {
		child(sub { open(F, ">$what/$i") && close(F); unlink("$what/$i") });
		child(sub { opendir(D, $what); 1 while readdir(D); closedir(D) });
	}
}
close(W);
1 while sysread(R, $block, 65536);
1 while wait > 0;
