/** Queries as a music shop asks them, each by its name; together they use what makes columns hard to follow. */
export const CHINOOK_VIEWS: Readonly<Record<string, string>> = {
  albums: 'select al.*, ar.name as artist from album al join artist ar on ar.artist_id = al.artist_id',
  albums_using: 'select artist_id, title, name from album join artist using (artist_id)',
  albums_using_star: 'select * from album left join artist using (artist_id)',
  albums_natural: 'select * from album natural join artist',
  albums_full: 'select artist_id, al.title, ar.name from album al full join artist ar using (artist_id)',
  albums_right: 'select artist_id, title from album right join artist using (artist_id)',
  using_alias: 'select j.artist_id, title from album join artist using (artist_id) as j',
  three_using:
    'select invoice_id, track_id, customer_id from invoice join invoice_line using (invoice_id) join track using (track_id)',
  sales_by_country:
    'select billing_country, sum(total) as total, count(*) as invoices, avg(total) filter (where invoice_date > now()) as coming from invoice group by billing_country having count(customer_id) > 3 order by 2 desc',
  sales_cube:
    'select billing_country, billing_city, grouping(billing_city) as g, sum(total) from invoice group by grouping sets ((billing_country), (billing_country, billing_city), ())',
  customer_names: "select customer_id, first_name || ' ' || last_name as name, coalesce(company, city) as place from customer",
  customer_composite: 'select (c).email, (c).city as town from customer c',
  best_customer:
    'select distinct on (billing_country) billing_country, customer_id, total from invoice order by billing_country, total desc',
  ranked:
    'select name, milliseconds, rank() over w as place, sum(bytes) over (w rows unbounded preceding) as so_far from track window w as (partition by album_id order by milliseconds desc)',
  running:
    'select invoice_id, sum(total) over (partition by customer_id order by invoice_date) as running, lag(total, 1) over (order by invoice_id) as before from invoice',
  longest:
    'select t.name from track t where t.milliseconds = (select max(x.milliseconds) from track x where x.album_id = t.album_id)',
  last_invoice:
    'select c.email, (select max(i.invoice_date) from invoice i where i.customer_id = c.customer_id) as last from customer c',
  never_sold: 'select t.name from track t where not exists (select from invoice_line l where l.track_id = t.track_id)',
  bought_rock:
    "select c.email from customer c where c.customer_id in (select i.customer_id from invoice i join invoice_line using (invoice_id) join track using (track_id) where genre_id = any (select genre_id from genre where name like 'R%'))",
  lateral_top:
    'select a.title, top.name, top.seconds from album a, lateral (select t.name, t.milliseconds / 1000 as seconds from track t where t.album_id = a.album_id order by t.bytes desc limit 3) top',
  lateral_left:
    'select c.email, l.total from customer c left join lateral (select i.total from invoice i where i.customer_id = c.customer_id order by i.invoice_date desc limit 1) l on true',
  chain:
    'with recursive chain(employee_id, boss, depth) as (select employee_id, reports_to, 0 from employee where reports_to is null union all select e.employee_id, e.reports_to, c.depth + 1 from employee e join chain c on e.reports_to = c.employee_id) select e.last_name, chain.depth, chain.boss from chain join employee e using (employee_id)',
  top_boss:
    'with recursive r as (select employee_id, last_name as root from employee union select e.employee_id, r.root from employee e join r on e.reports_to = r.employee_id) select * from r',
  two_ctes:
    'with spent as (select customer_id, sum(total) as total from invoice group by 1), rich as (select customer_id, total from spent where total > 40) select c.last_name, rich.total from rich join customer c using (customer_id)',
  nested_ctes:
    'with x as (with y as (select name, genre_id from genre) select name as genre, genre_id from y) select genre, genre_id from x',
  shadowing: 'with artist as (select name as title, genre_id as artist_id from genre) select title, artist_id from artist',
  shadowed_inside: 'with track as (select track_id as id from track) select id from track',
  materialized: 'with x as materialized (select name, composer from track) select composer, name from x',
  people: 'select first_name, last_name, email from customer union select first_name, last_name, email from employee order by 3',
  three_sets: '(select city from customer union all select city from employee) except select billing_city from invoice',
  common_cities: 'select city, country from customer intersect select city, country from employee',
  union_in_from:
    'select u.place, count(*) as n from (select city as place from customer union all select billing_city from invoice) u group by u.place',
  renamed_table: 'select p.q, p.b from genre as p (b, q)',
  renamed_subquery: 'select d.x, d.y from (select name, composer from track) as d (x, y)',
  joined_alias: 'select j.title, j.name from (album a join artist r on a.artist_id = r.artist_id) as j (i1, title, i2, i3, name)',
  nested_joins:
    'select t.name, g.name as genre, m.name as media from track t left join (genre g cross join media_type m) on g.genre_id = t.genre_id and m.media_type_id = t.media_type_id',
  cases:
    "select case media_type_id when 1 then name when 2 then composer else 'none' end as what, case when bytes > 1000000 then unit_price end as dear from track",
  arrays:
    "select array_agg(name order by milliseconds) as names, (array_agg(composer))[1] as first, string_agg(distinct composer, ', ') as composers from track group by album_id",
  unnested:
    "select p.playlist_id, w.word, w.at from playlist p, unnest(string_to_array(p.name, ' ')) with ordinality as w(word, at)",
  series: 'select i.invoice_id, s.n from invoice_line i, generate_series(1, i.quantity) as s(n)',
  value_list: "select v.label, g.name from (values (1, 'one'), (2, 'two')) v(id, label) join genre g on g.genre_id = v.id",
  casts: 'select total::int as whole, cast(invoice_date as date) as day, extract(year from invoice_date) as year from invoice',
  percentiles:
    'select percentile_cont(0.5) within group (order by total) as middle, mode() within group (order by billing_city) as city from invoice',
  self_join:
    'select e.last_name, b.last_name as boss, bb.last_name as chief from employee e left join employee b on b.employee_id = e.reports_to left join employee bb on bb.employee_id = b.reports_to',
  comparison: 'select (customer_id, total) < (select customer_id, total from invoice limit 1) as less from invoice',
  set_in_exists:
    'select name from artist a where exists (select 1 from album al where al.artist_id = a.artist_id union all select 1 from track t where t.composer = a.name)',
  having_subquery:
    'select album_id, count(*) as n from track group by album_id having max(milliseconds) > (select avg(milliseconds) from track) union all select artist_id, 0 from album',
  star_twice: 'select g.*, m.* from genre g (gid, gname), media_type m',
  deep: 'select z.a from (select y.a from (select x.name as a from (select name from artist) x) y) z',
  over_view: 'select v.name, v.place from customer_names v where v.customer_id > 3',
  over_views: 'select s.total, p.email from sales_by_country s join people p on p.last_name = s.billing_country',
};
