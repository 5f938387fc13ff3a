/* More clause-local variables than registers and stack hold: further ones lie in memory, and are zero
 * before they are assigned, whatever another probe left there. */
/* @opts: -q */
BEGIN
{
	this->v0 = 0 + 1;
	this->v1 = 1 + 1;
	this->v2 = 2 + 1;
	this->v3 = 3 + 1;
	this->v4 = 4 + 1;
	this->v5 = 5 + 1;
	this->v6 = 6 + 1;
	this->v7 = 7 + 1;
	this->v8 = 8 + 1;
	this->v9 = 9 + 1;
	this->v10 = 10 + 1;
	this->v11 = 11 + 1;
	this->v12 = 12 + 1;
	this->v13 = 13 + 1;
	this->v14 = 14 + 1;
	this->v15 = 15 + 1;
	this->v16 = 16 + 1;
	this->v17 = 17 + 1;
	this->v18 = 18 + 1;
	this->v19 = 19 + 1;
	this->v20 = 20 + 1;
	this->v21 = 21 + 1;
	this->v22 = 22 + 1;
	this->v23 = 23 + 1;
	this->v24 = 24 + 1;
	this->v25 = 25 + 1;
	this->v26 = 26 + 1;
	this->v27 = 27 + 1;
	this->v28 = 28 + 1;
	this->v29 = 29 + 1;
	this->v30 = 30 + 1;
	this->v31 = 31 + 1;
	this->v32 = 32 + 1;
	this->v33 = 33 + 1;
	this->v34 = 34 + 1;
	this->v35 = 35 + 1;
	this->v36 = 36 + 1;
	this->v37 = 37 + 1;
	this->v38 = 38 + 1;
	this->v39 = 39 + 1;
	this->v40 = 40 + 1;
	this->v41 = 41 + 1;
	this->v42 = 42 + 1;
	this->v43 = 43 + 1;
	this->v44 = 44 + 1;
	this->v45 = 45 + 1;
	this->v46 = 46 + 1;
	this->v47 = 47 + 1;
	this->v48 = 48 + 1;
	this->v49 = 49 + 1;
	this->v50 = 50 + 1;
	this->v51 = 51 + 1;
	this->v52 = 52 + 1;
	this->v53 = 53 + 1;
	this->v54 = 54 + 1;
	this->v55 = 55 + 1;
	this->v56 = 56 + 1;
	this->v57 = 57 + 1;
	this->v58 = 58 + 1;
	this->v59 = 59 + 1;
	this->v60 = 60 + 1;
	this->v61 = 61 + 1;
	this->v62 = 62 + 1;
	this->v63 = 63 + 1;
	this->v64 = 64 + 1;
	this->v65 = 65 + 1;
	this->v66 = 66 + 1;
	this->v67 = 67 + 1;
	this->v68 = 68 + 1;
	this->v69 = 69 + 1;
	this->v70 = 70 + 1;
	this->v71 = 71 + 1;
	this->v72 = 72 + 1;
	this->v73 = 73 + 1;
	this->v74 = 74 + 1;
	this->v75 = 75 + 1;
	this->v76 = 76 + 1;
	this->v77 = 77 + 1;
	this->v78 = 78 + 1;
	this->v79 = 79 + 1;
}
BEGIN
{
	printf("%d\n", this->v0 + this->v1 + this->v2 + this->v3 + this->v4 + this->v5 + this->v6 + this->v7 +
	    this->v8 + this->v9 + this->v10 + this->v11 + this->v12 + this->v13 + this->v14 + this->v15 +
	    this->v16 + this->v17 + this->v18 + this->v19 + this->v20 + this->v21 + this->v22 + this->v23 +
	    this->v24 + this->v25 + this->v26 + this->v27 + this->v28 + this->v29 + this->v30 + this->v31 +
	    this->v32 + this->v33 + this->v34 + this->v35 + this->v36 + this->v37 + this->v38 + this->v39 +
	    this->v40 + this->v41 + this->v42 + this->v43 + this->v44 + this->v45 + this->v46 + this->v47 +
	    this->v48 + this->v49 + this->v50 + this->v51 + this->v52 + this->v53 + this->v54 + this->v55 +
	    this->v56 + this->v57 + this->v58 + this->v59 + this->v60 + this->v61 + this->v62 + this->v63 +
	    this->v64 + this->v65 + this->v66 + this->v67 + this->v68 + this->v69 + this->v70 + this->v71 +
	    this->v72 + this->v73 + this->v74 + this->v75 + this->v76 + this->v77 + this->v78 + this->v79);
}
tick-1ms
/!fired++/
{
	printf("%d\n", this->v0 + this->v1 + this->v2 + this->v3 + this->v4 + this->v5 + this->v6 + this->v7 +
	    this->v8 + this->v9 + this->v10 + this->v11 + this->v12 + this->v13 + this->v14 + this->v15 +
	    this->v16 + this->v17 + this->v18 + this->v19 + this->v20 + this->v21 + this->v22 + this->v23 +
	    this->v24 + this->v25 + this->v26 + this->v27 + this->v28 + this->v29 + this->v30 + this->v31 +
	    this->v32 + this->v33 + this->v34 + this->v35 + this->v36 + this->v37 + this->v38 + this->v39 +
	    this->v40 + this->v41 + this->v42 + this->v43 + this->v44 + this->v45 + this->v46 + this->v47 +
	    this->v48 + this->v49 + this->v50 + this->v51 + this->v52 + this->v53 + this->v54 + this->v55 +
	    this->v56 + this->v57 + this->v58 + this->v59 + this->v60 + this->v61 + this->v62 + this->v63 +
	    this->v64 + this->v65 + this->v66 + this->v67 + this->v68 + this->v69 + this->v70 + this->v71 +
	    this->v72 + this->v73 + this->v74 + this->v75 + this->v76 + this->v77 + this->v78 + this->v79);
	this->v79 = -5;
	this->v78++;
	printf("%d %d\n", this->v79, this->v78);
}
tick-1ms
/fired/
{
	exit(0);
}
