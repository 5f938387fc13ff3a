nosuchprovider:::go
{
}
