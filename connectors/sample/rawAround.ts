import type { Piece, PieceState } from './piece.ts';

const newsletter: Piece = {
  name: 'raw.newsletter_subscribers',
  owner: 'etl_loader',
  from: 0,
  until: 3,
  at: () => ({
    about: 'Exported from the old mailing tool every Monday.',
    columns: {},
    sql: 'create table raw.newsletter_subscribers (email varchar primary key, subscribed_on date not null, bounced boolean not null default false)',
    rows: `insert into raw.newsletter_subscribers
      select email, signed_up_at::date, pick('bounce', customer_id, 20) = 0 from raw.customers where pick('letter', customer_id, 2) = 0`,
  }),
};

const refunds: Piece = {
  name: 'raw.refunds',
  owner: 'etl_loader',
  from: 1,
  at: (stage) => ({
    about: 'Money that went back, with the reason that the help desk chose.',
    columns: { reason: 'dead_on_arrival, wrong_item, late or changed_mind.' },
    sql: `create table raw.refunds (
      refund_id integer primary key, order_id integer not null references raw.orders (order_id),
      amount ${stage < 2 ? 'double' : 'decimal(10,2)'} not null, reason varchar not null, refunded_at timestamp not null)`,
    rows: `insert into raw.refunds
      select p.order_id, p.order_id, p.amount / 2, ['dead_on_arrival', 'wrong_item', 'late', 'changed_mind'][1 + pick('reason', p.order_id, 4)],
        u.ordered_on + to_days(6)
      from raw.payments as p join purchase as u on u.order_id = p.order_id join clock on u.ordered_on + 6 <= ends_on
      where pick('refund', p.order_id, 100) < u.misfortune // 3`,
  }),
};

const ticketsTable = (schemaAndName: string): PieceState => ({
  about: 'Questions and complaints that reached the help desk, in the words of those who wrote them.',
  columns: {
    body: 'Free text; people write their address and worse into it.',
    rating: 'One to five, asked when the ticket is closed.',
  },
  sql: `create table ${schemaAndName} (
    ticket_id integer primary key, customer_id integer references raw.customers (customer_id), subject varchar not null, body varchar not null,
    rating integer check (rating between 1 and 5), opened_at timestamp not null, closed_at timestamp)`,
  rows: `insert into ${schemaAndName}
    select order_id, i, ['Where is my parcel?', 'Leaves are brown', 'Wrong pot', 'Thank you'][1 + pick('subject', order_id, 4)],
      ['It was due on Monday, and nobody rang at Gartenweg 3.', 'It lost all leaves in a week. What am I doing wrong?',
       'I ordered the blue one. Please call me back.', 'The fern looks wonderful.'][1 + pick('subject', order_id, 4)],
      greatest(1, 5 - misfortune // 25 - pick('mood', order_id, 2)), ordered_on + to_days(4),
      case when ordered_on + 5 + misfortune // 15 <= ends_on then ordered_on + to_days(5 + misfortune // 15) end
    from purchase join clock on ordered_on + 4 <= ends_on
    where pick('ticket', order_id, 100) < 4 + misfortune // 3`,
});

const tickets: Piece = { name: 'raw.tickets', owner: 'helpdesk_sync', from: 0, until: 2, at: () => ticketsTable('raw.tickets') };
const supportTickets: Piece = {
  name: 'raw.support_tickets',
  owner: 'helpdesk_sync',
  from: 2,
  at: () => ticketsTable('raw.support_tickets'),
};

const webEvents: Piece = {
  name: 'raw.web_events',
  owner: 'tracking_agent',
  from: 0,
  at: (stage) => {
    const address = stage < 4 ? 'ip' : 'ip_address';
    return {
      about:
        stage < 3
          ? 'Page views and clicks.'
          : 'Page views and clicks of visitors who agreed to measurement. Kept for ninety days.',
      columns: { [address]: 'Full address of the visitor, before shortening.', kind: 'view, search, basket or checkout.' },
      sql: `create table raw.web_events (
        event_id integer primary key, visitor_id varchar not null, customer_id integer, kind varchar not null, page varchar not null,
        ${address} varchar, user_agent varchar, happened_at timestamp not null)`,
      rows: `insert into raw.web_events
        select row_number() over (order by u.order_id, n.k), concat('v', u.i), u.i, ['view', 'view', 'search', 'basket', 'checkout'][n.k::integer],
          concat('/plants/', 1 + pick('page', u.order_id * 10 + n.k, 60)), concat('192.0.2.', pick('ip', u.i, 250)), 'Mozilla/5.0 (sample)',
          u.ordered_on + to_minutes(600 + 3 * n.k::integer)
        from purchase as u join range(1, 6) as n(k) on n.k <= 1 + pick('events', u.order_id, 5)`,
    };
  },
};

const consents: Piece = {
  name: 'raw.marketing_consents',
  owner: 'etl_loader',
  from: 1,
  at: () => ({
    about: 'Every yes and every no to marketing, as it was given. The latest row of a person and channel counts.',
    columns: { channel: 'email, phone or post.', wording: 'Version of the text that the person agreed to.' },
    sql: `create table raw.marketing_consents (
      customer_id integer not null references raw.customers (customer_id), channel varchar not null, granted boolean not null,
      wording varchar not null, given_at timestamp not null, primary key (customer_id, channel, given_at))`,
    rows: `insert into raw.marketing_consents
      select i, c.channel, pick(c.channel, i, 100) < 30 + loyalty // 2, 'v2', signed_up_on::timestamp
      from person, (values ('email'), ('phone'), ('post')) as c(channel)`,
  }),
};

const subscriptions: Piece = {
  name: 'raw.subscriptions',
  owner: 'etl_loader',
  from: 1,
  at: () => ({
    about: 'Plant of the month: a parcel every month until somebody cancels.',
    columns: { cancelled_at: 'Null while it runs.' },
    sql: `create table raw.subscriptions (
      subscription_id integer primary key, customer_id integer not null references raw.customers (customer_id), plan varchar not null,
      started_at timestamp not null, cancelled_at timestamp)`,
    rows: `insert into raw.subscriptions
      select i, i, ['small', 'medium', 'large'][1 + pick('plan', i, 3)], signed_up_on + to_days(20),
        case when leaves and active_until <= ends_on and pick('quits', i, 10) < 7 then active_until + to_days(pick('quit', i, 30)) end
      from person join clock on signed_up_on + 20 <= ends_on
      where pick('subscribes', i, 100) < loyalty`,
  }),
};

const stockLevels: Piece = {
  name: 'raw.stock_levels',
  owner: 'etl_loader',
  from: 3,
  at: () => ({
    about: 'Counted every night in the greenhouse.',
    columns: { on_hand: 'Pieces that can be sold tomorrow.' },
    sql: `create table raw.stock_levels (
      product_id integer not null references raw.products (product_id), counted_on date not null, on_hand integer not null, primary key (product_id, counted_on))`,
    rows: `insert into raw.stock_levels
      select product_id, ends_on - d::integer, pick('stock', product_id * 100 + d, 80) from raw.products, clock, range(0, 14) as days(d)`,
  }),
};

const employees: Piece = {
  name: 'raw.employees',
  owner: 'hr_sync',
  from: 0,
  at: (stage) => ({
    about: 'The staff, from the payroll system.',
    columns: { salary: 'Yearly, before tax, in euro.', iban: 'Where the salary goes.' },
    sql: `create table raw.employees (
      employee_id integer primary key, full_name varchar not null, email varchar not null unique, birth_date date not null, iban varchar not null,
      salary decimal(10,2) not null, manager_id integer, hired_on date not null${stage < 4 ? '' : ', cost_centre varchar'})`,
    rows: `insert into raw.employees
      select i, concat('Employee ', i), concat('employee', i, '@example.com'), date '1965-01-01' + pick('age', i, 12000),
        concat('DE00', lpad(i::varchar, 18, '1')), 32000 + 500 * pick('salary', i, 80), case when i > 1 then 1 + i // 6 end,
        date '2021-01-01' + pick('hired', i, 1500)${stage < 4 ? '' : ", concat('CC', 10 + i % 4)"}
      from range(1, 31) as ids(i)`,
  }),
};

export const rawAround: readonly Piece[] = [
  newsletter,
  refunds,
  tickets,
  supportTickets,
  webEvents,
  consents,
  subscriptions,
  stockLevels,
  employees,
];
