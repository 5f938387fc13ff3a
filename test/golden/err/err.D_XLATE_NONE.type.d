struct o { int b; };

BEGIN
{
	xlate <struct o> (1).b;
}
