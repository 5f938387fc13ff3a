/* Kernel variables are read, never written. */
BEGIN
{
	`runqueues.cpu = 1;
}
