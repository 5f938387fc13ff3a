tick-100us
{
}
