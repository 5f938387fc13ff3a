string s;

BEGIN
{
	~s;
}
