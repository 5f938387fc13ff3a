#pragma D option quiet
BEGIN{x=1;printf("%d\n",x);y	=	2
;printf("%d\n"
,
y)
;exit(0)
;}
