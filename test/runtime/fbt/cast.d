/*
 * Typed arguments as pointers to something larger, as numbers, and moved: the same memory, read in another way, for
 * the kernel lets only be read through a pointer of its own what it says that lies there.
 */
/* @needs: kprobe */
/* @timeout: 60 */
/* @trigger: python3 -c "import socket; s = socket.create_server(('127.0.0.1', 0)); c = socket.create_connection(s.getsockname(), 20); a, _ = s.accept(); c.send(b'x')" */
#pragma D option quiet

fbt::tcp_sendmsg:entry
/pid == $target/
{
	this->number = (uintptr_t)args[0];
	this->inet = (struct inet_sock *)args[0];
	@[ntohs(((struct inet_sock *)args[0])->inet_sport) == args[0]->__sk_common.skc_num,
	    ntohs(this->inet->inet_sport) == args[0]->__sk_common.skc_num,
	    ((struct sock *)this->number)->__sk_common.skc_num == args[0]->__sk_common.skc_num,
	    (args[0] + 1 - 1)->__sk_common.skc_num == args[0]->__sk_common.skc_num,
	    ((const struct sock *)args[0])->__sk_common.skc_num == args[0]->__sk_common.skc_num,
	    (&args[0][1] - &args[0][0]), args[0][1].__sk_common.skc_num >= 0] = count();
}

END
{
	printa("%d %d %d %d %d %d %d", @);
}
