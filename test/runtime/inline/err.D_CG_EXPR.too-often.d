inline int same0[int x] = x;
inline int same1[int x] = same0[x] + same0[x];
inline int same2[int x] = same1[x] + same1[x];
inline int same3[int x] = same2[x] + same2[x];
inline int same4[int x] = same3[x] + same3[x];
inline int same5[int x] = same4[x] + same4[x];
inline int same6[int x] = same5[x] + same5[x];
inline int same7[int x] = same6[x] + same6[x];
inline int same8[int x] = same7[x] + same7[x];
inline int same9[int x] = same8[x] + same8[x];
inline int same10[int x] = same9[x] + same9[x];
inline int same11[int x] = same10[x] + same10[x];
inline int same12[int x] = same11[x] + same11[x];
inline int same13[int x] = same12[x] + same12[x];
inline int same14[int x] = same13[x] + same13[x];
inline int same15[int x] = same14[x] + same14[x];
inline int same16[int x] = same15[x] + same15[x];
inline int same17[int x] = same16[x] + same16[x];
inline int same18[int x] = same17[x] + same17[x];
inline int same19[int x] = same18[x] + same18[x];

BEGIN
{
	trace(same19[timestamp]);
}
