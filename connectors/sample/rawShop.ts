import type { Piece } from './piece.ts';

const EXACT_SINCE = 2;
/** Days on the way: those whom misfortune follows wait longer. */
const DELIVERY = "(2 + pick('carrier', order_id, 3) + misfortune // 20)";

const money = (stage: number): string => (stage < EXACT_SINCE ? 'double' : 'decimal(10,2)');

const customers: Piece = {
  name: 'raw.customers',
  owner: 'etl_loader',
  from: 0,
  at: (stage) => {
    const name = stage < 2 ? 'name' : 'full_name';
    return {
      about:
        stage < 1
          ? 'Customers.'
          : 'One row per person with an account in the shop. Loaded hourly; erasure requests reach it within a day.',
      columns:
        stage < 1
          ? {}
          : {
              email: 'Login name and where order confirmations go. Lower case.',
              phone: 'As typed at checkout, with country code since 2025.',
              [name]: 'First and last name in one field, as typed.',
              birth_date: 'Optional; asked for the birthday voucher only.',
              loyalty_tier: 'seedling, sprout or evergreen, by turnover of the last twelve months.',
            },
      sql: `create table raw.customers (
        customer_id integer primary key, email varchar not null unique, ${name} varchar not null, phone varchar, birth_date date,
        street varchar, postcode varchar, city varchar, country varchar not null default 'DE',
        loyalty_tier varchar check (loyalty_tier in ('seedling', 'sprout', 'evergreen')), signed_up_at timestamp not null)`,
      rows: `insert into raw.customers
        with names as (
          select *, ['Ada', 'Bela', 'Cleo', 'Dario', 'Elif', 'Finn', 'Greta', 'Hugo', 'Ines', 'Jonas', 'Kira', 'Levi', 'Mira', 'Noor', 'Olga', 'Pepe'][1 + pick('first', i, 16)] as first,
            ['Alder', 'Birke', 'Cedar', 'Distel', 'Esche', 'Farn', 'Ginster', 'Hasel', 'Iris', 'Jasmin', 'Kiefer', 'Linde', 'Moos', 'Nelke'][1 + pick('last', i, 14)] as last
          from person)
        select i, lower(concat(first, '.', last, i, '@example.com')), concat(first, ' ', last),
          concat('+49 30 5550', lpad(pick('phone', i, 10000)::varchar, 4, '0')),
          case when pick('has_birth', i, 3) > 0 then date '1958-01-01' + pick('birth', i, 17000) end,
          concat(['Gartenweg', 'Am Gewächshaus', 'Fensterbank'][1 + pick('street', i, 3)], ' ', 1 + pick('number', i, 120)),
          lpad(pick('postcode', i, 99999)::varchar, 5, '0'), ['Berlin', 'Hamburg', 'Wien', 'Zürich', 'Leipzig'][1 + pick('city', i, 5)],
          ['DE', 'DE', 'AT', 'CH', 'DE'][1 + pick('city', i, 5)],
          case when loyalty < 40 then 'seedling' when loyalty < 75 then 'sprout' else 'evergreen' end, signed_up_on::timestamp
        from names`,
    };
  },
};

const categories: Piece = {
  name: 'raw.categories',
  owner: 'etl_loader',
  from: 2,
  at: () => ({
    about: 'Groups of products as the shop shows them.',
    columns: { light: 'How much light plants of this group want: low, medium or bright.' },
    sql: 'create table raw.categories (category_id integer primary key, title varchar not null, light varchar not null)',
    rows: `insert into raw.categories values
      (1, 'Ferns', 'low'), (2, 'Succulents', 'bright'), (3, 'Climbers', 'medium'), (4, 'Palms', 'bright'), (5, 'Pots and soil', 'low')`,
  }),
};

const products: Piece = {
  name: 'raw.products',
  owner: 'etl_loader',
  from: 0,
  at: (stage) => ({
    about: 'Everything that can be put into a basket, also what is no longer sold.',
    columns: {
      list_price: stage < EXACT_SINCE ? 'Price.' : 'Price in euro with VAT, before any discount.',
      sku: 'Printed on the pot.',
    },
    sql: `create table raw.products (
      product_id integer primary key, sku varchar not null unique, title varchar not null, category_id integer,
      list_price ${money(stage)} not null, discontinued boolean not null default false
      ${stage < 2 ? '' : ', foreign key (category_id) references raw.categories (category_id)'})`,
    rows: `insert into raw.products
      select i, concat('FF-', lpad(i::varchar, 4, '0')),
        concat(['Maidenhair', 'Boston', 'Silver', 'Giant', 'Little', 'Golden'][1 + pick('adjective', i, 6)], ' ', ['fern', 'aloe', 'ivy', 'palm', 'pot'][1 + i % 5]),
        1 + i % 5, 4.90 + pick('price', i, 600) / 10, pick('gone', i, 12) = 0
      from range(1, 61) as ids(i)`,
  }),
};

const orders: Piece = {
  name: 'raw.orders',
  owner: 'etl_loader',
  from: 0,
  at: (stage) => ({
    about: 'One row per checkout, also those that were cancelled.',
    columns: {
      channel: 'web, app or phone.',
      ...(stage < 1
        ? {}
        : { voucher_code: 'Null when no voucher was used.', delivered_at: 'Reported by the carrier; null while under way.' }),
    },
    sql: `create table raw.orders (
      order_id integer primary key, customer_id integer not null references raw.customers (customer_id),
      ordered_at timestamp not null, delivered_at timestamp, channel varchar not null,
      status varchar not null check (status in ('placed', 'shipped', 'delivered', 'cancelled')), voucher_code varchar)`,
    rows: `insert into raw.orders
      select order_id, i, ordered_on + to_hours(pick('hour', order_id, 24)),
        case when ordered_on + ${DELIVERY} <= ends_on then ordered_on + to_days(${DELIVERY}) end,
        ['web', 'web', 'app', 'phone'][1 + pick('channel', order_id, 4)],
        case when pick('cancel', order_id, 25) = 0 then 'cancelled' when ordered_on + ${DELIVERY} <= ends_on then 'delivered' else 'shipped' end,
        case when pick('voucher', order_id, 100) < 15 + (100 - loyalty) // 3 then concat('GROW', 5 * (1 + pick('size', order_id, 4))) end
      from purchase, clock`,
  }),
};

const orderItems: Piece = {
  name: 'raw.order_items',
  owner: 'etl_loader',
  from: 0,
  at: (stage) => ({
    about: 'The lines of an order.',
    columns: { unit_price: 'What was charged for one piece, after discounts.' },
    sql: `create table raw.order_items (
      order_id integer not null references raw.orders (order_id), line_no integer not null,
      product_id integer not null references raw.products (product_id), quantity integer not null check (quantity > 0),
      unit_price ${money(stage)} not null, primary key (order_id, line_no))`,
    rows: `insert into raw.order_items
      select o.order_id, n.line_no, p.product_id, 1 + pick('quantity', o.order_id * 10 + n.line_no, 3),
        p.list_price * case when o.voucher_code is null then 1 else 0.9 end
      from raw.orders as o
      join range(1, 4) as n(line_no) on n.line_no <= 1 + pick('lines', o.order_id, 3)
      join raw.products as p on p.product_id = 1 + pick('product', o.order_id * 10 + n.line_no, 60)`,
  }),
};

const payments: Piece = {
  name: 'raw.payments',
  owner: 'etl_loader',
  from: 0,
  at: (stage) => ({
    about:
      stage < 1 ? null : 'What the payment provider reports, one row per attempt. Bank details are needed for direct debit only.',
    columns:
      stage < 1
        ? {}
        : { iban: 'Account of the payer, for direct debit.', card_last4: 'Last four digits; the full number never reaches us.' },
    sql: `create table raw.payments (
      payment_id integer primary key, order_id integer not null references raw.orders (order_id), method varchar not null,
      amount ${money(stage)} not null, iban varchar, card_last4 varchar, succeeded boolean not null, paid_at timestamp not null)`,
    rows: `insert into raw.payments
      select o.order_id, o.order_id, case when pick('method', o.order_id, 3) = 0 then 'debit' else 'card' end, sum(i.quantity * i.unit_price),
        case when pick('method', o.order_id, 3) = 0 then concat('DE00', lpad(pick('iban', o.customer_id, 1000000000)::varchar, 18, '0')) end,
        case when pick('method', o.order_id, 3) > 0 then lpad(pick('card', o.customer_id, 10000)::varchar, 4, '0') end,
        o.status <> 'cancelled', o.ordered_at + to_minutes(2)
      from raw.orders as o join raw.order_items as i on i.order_id = o.order_id
      group by o.order_id, o.customer_id, o.status, o.ordered_at`,
  }),
};

export const rawShop: readonly Piece[] = [customers, categories, products, orders, orderItems, payments];
