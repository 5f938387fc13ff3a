#pragma D option quiet

char c; signed char sc; unsigned char uc;
short s; signed short ss; unsigned short us; short int si; signed short int ssi;
unsigned short int usi;
int i; signed int sgi; unsigned int ui; signed sg; unsigned u;
long l; signed long sl; unsigned long ul; long int li; unsigned long int uli;
long long ll; signed long long sll; unsigned long long ull; long long int lli;
unsigned long long int ulli;
int long unsigned ilu;
const char cc; volatile int vi; char const *ccp; const volatile int cvi;
float f; double d; long double ld;
void *vp;
string str;
int8_t i8; int16_t i16; int32_t i32; int64_t i64;
uint8_t u8; uint16_t u16; uint32_t u32; uint64_t u64;
intptr_t ip; uintptr_t up;

BEGIN
{
	printf("%d%d%d ", sizeof (c), sizeof (sc), sizeof (uc));
	printf("%d%d%d%d%d%d ", sizeof (s), sizeof (ss), sizeof (us), sizeof (si), sizeof (ssi),
	    sizeof (usi));
	printf("%d%d%d%d%d ", sizeof (i), sizeof (sgi), sizeof (ui), sizeof (sg), sizeof (u));
	printf("%d%d%d%d%d ", sizeof (l), sizeof (sl), sizeof (ul), sizeof (li), sizeof (uli));
	printf("%d%d%d%d%d%d\n", sizeof (ll), sizeof (sll), sizeof (ull), sizeof (lli), sizeof (ulli),
	    sizeof (ilu));
	exit(0);
}
