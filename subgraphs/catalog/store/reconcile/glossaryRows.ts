import type { Digest } from '../../../../kernel/canonical.ts';
import type { Queryable } from '../../../../kernel/db/database.ts';
import type { ClassFacts } from '../../../../kernel/policy/facts.ts';
import type { Term } from '../../domain/glossary/term.ts';
import type { Product } from '../../domain/products/product.ts';
import { TERM_FIELDS } from '../glossary/readTerms.ts';
import { PRODUCT_FIELDS } from '../products/readProducts.ts';

/** What others know of a term or a product. */
interface Copies {
  readonly isDeleted: boolean;
  readonly resourceId: string | null;
  readonly classDigest: Digest | null;
  readonly classFacts: ClassFacts | null;
  /** What approvals take it for. */
  readonly statedDigest: Digest | null;
}

export interface TermToCheck extends Term, Copies {}

const copies = (table: string): string =>
  `${table}.deleted_at is not null as "isDeleted", r.id as "resourceId", c.digest as "classDigest", c.facts as "classFacts",
   s.content_digest as "statedDigest"`;
const COPIES = (table: string): string =>
  `left join kernel.resource r on r.no = ${table}.no left join kernel.acl_class c on c.acl_id = r.acl_id
   left join kernel.approval_subject s on s.subject_id = ${table}.id`;

export const termsAfter = (db: Queryable, after: string, limit: number): Promise<readonly TermToCheck[]> =>
  db.query<TermToCheck>(
    `select ${TERM_FIELDS}, ${copies('t')} from catalog.glossary_term t ${COPIES('t')} where t.id > $1 order by t.id limit $2`,
    [after, limit],
    'catalog_reconcile_terms',
  );

export interface ProductToCheck extends Product, Copies {
  readonly memberIds: readonly string[];
}

export const productsAfter = (db: Queryable, after: string, limit: number): Promise<readonly ProductToCheck[]> =>
  db.query<ProductToCheck>(
    `select ${PRODUCT_FIELDS}, ${copies('p')}, array(select coalesce(a.id, m.dataset_no::text) from catalog.data_product_member m
       left join catalog.asset a on a.no = m.dataset_no where m.product_no = p.no) as "memberIds"
     from catalog.data_product p ${COPIES('p')} where p.id > $1 order by p.id limit $2`,
    [after, limit],
    'catalog_reconcile_products',
  );

export interface AssignmentToCheck {
  /** Its number. */
  readonly id: string;
  readonly termId: string;
  readonly assetId: string | null;
  readonly eventId: string;
  /** Canonical text of the event that it names; null when there is none. */
  readonly event: string | null;
  /** Whether an event tells of its end, where it has ended. */
  readonly isEndTold: boolean;
}

export const assignmentsAfter = (db: Queryable, after: string, limit: number): Promise<readonly AssignmentToCheck[]> =>
  db.query<AssignmentToCheck>(
    `select g.id::text, t.id as "termId", coalesce(a.id, c.id) as "assetId", g.event_id as "eventId", e.body as event,
       g.recorded_to = 'infinity' or exists (
         select from kernel.audit_event n where n.recorded_at = g.recorded_to and n.outcome = 'success'
           and (n.action = 'catalog.term.unassigned.v1' or (n.action = 'catalog.term.deleted.v1' and n.subject_id = t.id))) as "isEndTold"
     from catalog.term_assignment g join catalog.glossary_term t on t.no = g.term_no
     left join catalog.asset a on a.no = g.asset_no left join catalog.asset_column c on c.no = g.asset_no
     left join kernel.audit_event e on e.id = g.event_id and e.action = 'catalog.term.assigned.v1'
     where g.id > $1::bigint order by g.id limit $2`,
    [after, limit],
    'catalog_reconcile_assignments',
  );
