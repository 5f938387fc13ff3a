sdt:::no_such_tracepoint
{
}
