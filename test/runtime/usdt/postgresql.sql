select 6 * 7;
begin;
create table t(i int);
commit;
select count(*) from (select i from generate_series(1, 100) i order by -i) x;
